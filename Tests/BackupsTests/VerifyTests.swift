import Calendar
import Glibc
import Host
import Reconciliation
import Testing

@testable import Backups

@Suite("Testing real dumps")
struct VerifyTests {
  let folder: DumpFolder

  init() throws { folder = try DumpFolder() }

  /// The result for one dump that `line` makes.
  private func result(of line: String, named name: String) async throws -> (
    JSON, [String], Plan<BackupsAction>
  ) {
    try #require(folder.shell(line), "\(line)")
    folder.age(name, hours: 1)
    let (plan, outcomes) = try await folder.verified(folder.spec(match: name))
    let details = try #require(outcomes.first).details
    return (details["result"], details["tests"].elements.compactMap(\.text), plan)
  }

  @Test(
    "a good one of each kind is sound, by the tool for its kind",
    arguments: [
      ("echo data | gzip > a.sql.gz", "a.sql.gz", ["gzip -t"]),
      ("echo data | zstd -q > a.sql.zst", "a.sql.zst", ["zstd -t"]),
      ("echo data | xz > a.sql.xz", "a.sql.xz", ["xz -t"]),
      ("echo data | bzip2 > a.sql.bz2", "a.sql.bz2", ["bzip2 -t"]),
      ("echo data > f; tar -cf a.tar f", "a.tar", ["tar -t"]),
      ("echo data > f; tar -czf a.tar.gz f", "a.tar.gz", ["gzip -t", "tar -t"]),
      ("echo data > f; tar -cJf a.tar.xz f", "a.tar.xz", ["xz -t", "tar -t"]),
      ("sqlite3 a.db 'create table t(x); insert into t values(1)'", "a.db", ["integrity_check"]),
      ("sqlite3 'a 100%?#.db' 'create table t(x)'", "a 100%?#.db", ["integrity_check"]),
      (
        "python3 -c 'import zipfile; z=zipfile.ZipFile(\"a.zip\",\"w\"); z.writestr(\"f\",\"data\")'",
        "a.zip", ["unzip -t"]
      ),
    ])
  func sound(line: String, name: String, tests: [String]) async throws {
    let (result, done, plan) = try await result(of: line, named: name)
    #expect(result == "sound")
    #expect(done == tests)
    #expect(plan.findings.isEmpty)
    #expect(plan.state == .ready)
    #expect(!folder.shell("ls | grep -E 'wal|shm|journal'"))
  }

  @Test(
    "a broken one is corrupt, and that is critical",
    arguments: [
      ("head -c 100000 /dev/urandom | gzip | head -c 50000 > a.gz", "a.gz"),
      ("head -c 100000 /dev/urandom | zstd -q | head -c 50000 > a.zst", "a.zst"),
      ("head -c 100000 /dev/urandom > f; tar -cf - f | head -c 50000 > a.tar", "a.tar"),
      (": > empty.dump", "empty.dump"),
      ("echo '<html>502 Bad Gateway</html>' > a.sql.gz", "a.sql.gz"),
      (
        "sqlite3 a.db 'create table t(x); create index i on t(x); with recursive c(n) as (select 1 union all select n+1 "
          + "from c where n<9999) insert into t select n from c'; printf garbagegarbagegarbage | "
          + "dd of=a.db bs=1 seek=20480 conv=notrunc 2>/dev/null", "a.db"
      ),
    ])
  func corrupt(line: String, name: String) async throws {
    let (result, _, plan) = try await result(of: line, named: name)
    #expect(result == "corrupt")
    #expect(plan.findings.first { $0.code == "corrupt" }?.severity == .critical)
    #expect(plan.cell == "none sound")
  }

  @Test("a checksum beside it is held against it, in a file of its own or of the folder")
  func checksums() async throws {
    folder.shell(
      "echo hello > a.sql; sha256sum a.sql > a.sql.sha256; echo there > b.sql; sha256sum b.sql > SHA256SUMS")
    folder.age("a.sql", hours: 1)
    folder.age("b.sql", hours: 2)
    let first = try await folder.verified(folder.spec(match: "a.sql")).1
    #expect(first.map { $0.details["tests"] } == [["sha256"]])
    let second = try await folder.verified(folder.spec(match: "b.sql")).1
    #expect(second.map { $0.details["result"] } == ["sound"])
    folder.shell("echo hellO > a.sql")
    folder.age("a.sql", hours: 1)
    let (plan, third) = try await folder.verified(folder.spec(match: "a.sql"))
    #expect(third.map { $0.details["result"] } == ["corrupt"])
    #expect(plan.findings.first?.message.contains("SHA-256") == true)
  }

  @Test("what no test is known for is said to be untested, and counts")
  func untested() async throws {
    let (result, _, plan) = try await result(of: "echo 'select 1;' > a.sql", named: "a.sql")
    #expect(result == "untested")
    #expect(plan.findings.map(\.code) == ["untested"])
    #expect(plan.state == .ready)
    #expect(plan.cell == "1h ago")
  }

  @Test("a missing tool says nothing against the dump")
  func noTool() async throws {
    let test = IntegrityTest(program: "no-such-tool-anywhere", name: "none", arguments: [])
    #expect(try await test.run(by: SubprocessRunner()) == .noTool)
  }

  @Test("a dump is tested once, and again when it changes")
  func once() async throws {
    folder.shell("echo data | gzip > a.gz")
    folder.age("a.gz", hours: 2)
    let spec = try folder.spec()
    #expect(try await folder.verified(spec).1.count == 1)
    #expect(try await folder.verified(spec).1.isEmpty)
    folder.shell("echo other | gzip > a.gz")
    folder.age("a.gz", hours: 1)
    #expect(try await folder.verified(spec).1.count == 1)
  }

  @Test("if the newest is corrupt, the one before is tested: it is what there is to go back to")
  func fallsBack() async throws {
    folder.shell(
      "echo data | gzip > old.gz; echo data | gzip > new.gz; printf X | dd of=new.gz bs=1 seek=15 conv=notrunc 2>/dev/null"
    )
    folder.age("old.gz", hours: 20)
    folder.age("new.gz", hours: 1)
    let (plan, outcomes) = try await folder.verified(folder.spec())
    #expect(outcomes.map { $0.details["result"] } == ["corrupt", "sound"])
    #expect(plan.cell == "20h ago")
    #expect(plan.findings.map(\.code) == ["corrupt"])
  }

  @Test("what is unfinished, still open or just written does not count yet")
  func unfinished() async throws {
    folder.shell("echo data | gzip > a.gz; cp a.gz b.gz.part; cp a.gz c.gz; cp a.gz d.gz")
    folder.age("a.gz", hours: 5)
    folder.age("c.gz", hours: 1)
    let writer = open(folder.path + "/c.gz", O_WRONLY | O_APPEND)
    defer { close(writer) }
    let plan = await folder.plan(try folder.spec())
    #expect(plan.actions.map(\.dump?.name) == ["a.gz"])
    #expect(plan.cell == "5h ago")
    #expect(plan.reasons.contains { $0.text == "b.gz.part" })
  }

  @Test("a folder that vanished is unknown, not empty")
  func vanished() async throws {
    rmdir(folder.path)
    let plan = await folder.plan(try folder.spec())
    #expect(plan.state == .unknown)
    #expect(plan.findings.isEmpty)
  }
}
