import Testing

@testable import Reconciliation

@Suite("What only one resource may have")
struct ClaimTests {
  private func files(_ folder: String, _ match: String = "*", deletes: Bool = true) -> Claim {
    Claim(folder, .files(match: match, deletes: deletes), by: "path", instead: "")
  }

  private func file(_ path: String) -> Claim { Claim(path, by: "file", instead: "") }

  private func collide(_ one: Claim, _ other: Claim) -> Bool {
    let collide = one.collides(with: other)
    #expect(other.collides(with: one) == collide, "\(one) \(other)")
    return collide
  }

  @Test("folders collide that are the same or lie in each other, where files are deleted that both mean")
  func folders() {
    #expect(collide(files("/a"), files("/a")))
    #expect(collide(files("/a"), files("/a/b/c")))
    #expect(!collide(files("/a"), files("/ab")))
    #expect(collide(files("/a"), files("/a/b", deletes: false)))
    #expect(collide(files("/a/b"), files("/a", deletes: false)))
    #expect(!collide(files("/a", deletes: false), files("/a", deletes: false)))
    #expect(!collide(files("/a", "web*.log"), files("/a", "api*.log")))
    #expect(collide(files("/a", "web*"), files("/a/b", "*.log")))
  }

  @Test("a file collides with a folder in which it would be deleted")
  func fileInFolder() {
    #expect(collide(files("/a"), file("/a/b/web.env")))
    #expect(collide(files("/a", "*.env"), file("/a/web.env")))
    #expect(!collide(files("/a", "*.log"), file("/a/web.env")))
    #expect(!collide(files("/a", deletes: false), file("/a/web.env")))
    #expect(!collide(files("/a"), file("/b/web.env")) && collide(file("/b"), file("/b")))
    #expect(!collide(files("/a"), file("web in db1:5432")))
  }

  @Test(
    "patterns overlap where some name fits both",
    arguments: [
      ("*", "web.log", true), ("*.log", "web*", true), ("*.log", "*.gz", false), ("*.log*", "*.gz", true),
      ("web-?.log", "web-1.log", true), ("web-?.log", "web-10.log", false),
      ("web-[0-9].log", "web-*.log", true),
      ("a*b*c", "*b", false), ("a*b*c", "*b*", true), ("", "*", true), ("", "?", false),
      ("[]x]a", "xa", true),
      ("a[", "a[", true), ("\\*", "*", true), ("**", "a", true), ("*a", "a*", true),
    ])
  func patterns(one: String, other: String, overlap: Bool) {
    #expect(FilePattern(one).overlaps(FilePattern(other)) == overlap)
    #expect(FilePattern(other).overlaps(FilePattern(one)) == overlap)
  }
}
