import Calendar
import Reconciliation
import Specification
import Testing

@testable import Logs

@Suite("What is written about logs")
struct SpecTests {
  private func read(_ entries: [String: Any]) -> ([Resource<LogsSpec>], [String]) {
    let mistakes = Mistakes()
    let found = LogsController.read(
      node(entries), of: EnvironmentHeader(name: "dev", zone: .utc), mistakes: mistakes)
    return (found, mistakes.all.map(\.message))
  }

  @Test("is read whole")
  func whole() throws {
    let (found, mistakes) = read([
      "web": [
        "path": "/var/log/web", "match": "*.log*", "keep": "30d", "at most": "100 GB",
        "archive": ["to": "/srv/cold/web", "after": "7d"], "purge at": "*-*-* 03:00:00",
      ]
    ])
    #expect(mistakes.isEmpty)
    let spec = try #require(found.first).spec
    #expect(found[0].id.description == "dev/logs/web")
    #expect(spec.path == "/var/log/web")
    #expect(spec.match == "*.log*")
    #expect(spec.keep == (try TimeSpan("30d")))
    #expect(spec.atMost?.bytes == 100_000_000_000)
    #expect(spec.archive?.to == "/srv/cold/web")
    #expect(spec.purgeAt != nil)
  }

  @Test(
    "is refused with what was meant",
    arguments: [
      (["path": "/var/log/web"], "keeps everything for ever"),
      (["keep": "30d"], "`path` is missing"),
      (["path": "/", "keep": "30d"], "no folder of logs"),
      (["path": "/l", "keep": "30"], "no unit"),
      (["path": "/l", "keep": "30d", "match": "a/*"], "for a file's name"),
      (["path": "/l", "at most": "0 B"], "would delete everything"),
      (["path": "/l", "kep": "30d"], "did you mean `keep`"),
    ])
  func refused(entries: [String: String], part: String) {
    let (_, mistakes) = read(["web": entries])
    #expect(mistakes.contains { $0.contains(part) }, "\(mistakes)")
  }

  @Test("an archive stands elsewhere, and leaves something to archive")
  func archives() {
    let inside = read(["web": ["path": "/l", "archive": ["to": "/l/cold", "after": "7d"]]]).1
    #expect(inside.contains { $0.contains("lie in each other") })
    let late = read(["web": ["path": "/l", "keep": "7d", "archive": ["to": "/cold", "after": "1month"]]]).1
    #expect(late.contains { $0.contains("nothing is left to archive") })
  }
}
