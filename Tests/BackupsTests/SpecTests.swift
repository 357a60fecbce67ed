import Calendar
import Reconciliation
import Specification
import Testing

@testable import Backups

@Suite("What is written about backups")
struct SpecTests {
  private func read(_ entry: [String: Any]) -> ([Resource<BackupsSpec>], [String], Bool) {
    let mistakes = Mistakes()
    let found = BackupsController.read(
      node(["main": entry]), of: EnvironmentHeader(name: "dev", zone: .utc), mistakes: mistakes)
    return (found, mistakes.all.map(\.message), mistakes.hasErrors)
  }

  @Test("is read whole")
  func whole() throws {
    let (found, mistakes, _) = read([
      "of": "database/main", "in": "/srv/backups/main", "match": "*.dump", "with": "files", "every": "1d",
      "rpo": "1d",
      "rto": "1h", "shrink at most": "30%", "drill": "monthly",
      "restore": ["/srv/bin/restore", "{backup}", "{scratch}"],
    ])
    #expect(mistakes.isEmpty)
    let spec = try #require(found.first).spec
    #expect(spec.folder == "/srv/backups/main")
    #expect(spec.rto == .seconds(3_600))
    #expect(spec.shrinkAtMost.description == "30%")
    #expect(spec.restore?.count == 3)
  }

  @Test("pgbackrest needs no folder and no restore, and its stanza is named as the entry by default")
  func pgbackrest() throws {
    let (found, mistakes, _) = read([
      "of": "database/main", "with": "pgbackrest", "every": "1d", "full every": "7d", "window": "01:00-05:00",
      "rpo": "5min", "drill": "weekly", "scratch": "/srv/restore", "config": "/etc/pgbackrest/main.conf",
      "as": ["/usr/bin/sudo", "-n", "-u", "postgres"], "queries": ["shop": ["select 1"]],
    ])
    #expect(mistakes.isEmpty)
    let spec = try #require(found.first?.spec.pgbackrest)
    #expect(spec.stanza == "main" && spec.prefix.count == 4 && spec.queries == ["shop": ["select 1"]])
    #expect(try spec.window.description == "01:00-05:00" && spec.fullEvery == TimeSpan("7d"))
  }

  @Test("an rpo that dumps cannot keep is worth a warning, and refuses nothing")
  func rpo() {
    let (_, mistakes, isRefused) = read(["in": "/b", "every": "1d", "rpo": "5min"])
    #expect(mistakes.count == 1 && mistakes[0].contains("loses up to 1d"))
    #expect(!isRefused)
  }

  @Test("is refused with what was meant")
  func refused() {
    func expect(_ entry: [String: Any], _ part: String) {
      let mistakes = read(entry).1
      #expect(mistakes.contains { $0.contains(part) }, "\(mistakes)")
    }
    expect(["every": "1d"], "`in` is missing")
    expect(["in": "/b"], "`every` is missing")
    expect(["in": "/b", "every": "1d", "drill": "monthly"], "needs `restore`")
    expect(["in": "/b", "every": "1d", "restore": ["/r", "x"]], "is in none of the words")
    expect(
      ["in": "/b", "every": "1d", "restore": ["/r", "{backup}", "{target}"]], "`{target}` stands for nothing")
    expect(["in": "/b", "every": "1d", "with": "restic"], "none of")
    expect(["in": "/b", "every": "1d", "stanza": "main"], "`stanza` is for `with: pgbackrest`")
    expect(["with": "pgbackrest", "every": "1d", "in": "/b"], "`in` is for `with: files`")
    expect(["with": "pgbackrest", "every": "1d", "drill": "weekly"], "`drill` needs `scratch`")
    expect(["with": "pgbackrest", "every": "1d", "as": ["sudo"]], "`as`")
    expect(["in": "/b", "every": "1d", "shrink": "50%"], "unknown key")
  }
}
