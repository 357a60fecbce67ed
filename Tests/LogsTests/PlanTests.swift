import Calendar
import Reconciliation
import Specification
import Testing

@testable import Logs

@Suite("Planning for logs")
struct PlanTests {
  private let now = Instant(rfc3339: "2026-11-21T13:03:00Z")!

  private func file(_ name: String, _ age: Duration, bytes: Int64 = 1000, heldBy: String? = nil)
    -> ObservedFile
  {
    ObservedFile(
      path: name, inode: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }), size: bytes, bytes: bytes,
      modified: now - age, heldBy: heldBy)
  }

  private func observed(_ files: [ObservedFile], blindSpot: String? = nil) -> LogsObserved {
    let files = files.sorted { $0.modified < $1.modified }
    return LogsObserved(
      logs: Shelf(
        files: files.count, bytes: files.reduce(0) { $0 + $1.bytes }, oldest: files.first?.modified,
        newest: files.last?.modified, candidates: files), blindSpot: blindSpot)
  }

  private func spec(
    keep: String? = nil, atMost: Int64? = nil, archiveAfter: String? = nil, purgeAt: String? = nil
  ) throws -> LogsSpec {
    LogsSpec(
      path: "/var/log/web", match: "*", keep: try keep.map { try TimeSpan($0) },
      atMost: atMost.map { ByteCount(bytes: $0) },
      archive: try archiveAfter.map { LogsSpec.Archive(to: "/cold", after: try TimeSpan($0)) },
      purgeAt: try purgeAt.map { try CalendarExpression($0, zones: .utcOnly) })
  }

  private func plan(_ spec: LogsSpec, _ observed: LogsObserved, at instant: Instant? = nil) -> Plan<
    LogsAction
  > {
    LogsController.plan(resource(spec), .known(observed, at: now), context(at: instant ?? now))
  }

  private let day = Duration.seconds(86_400)

  @Test("a file goes at the first full minute after its age is reached, not before")
  func boundary() throws {
    let spec = try spec(keep: "30d")
    let observed = observed([file("a", day * 30 - .seconds(61))])
    let before = plan(spec, observed)
    #expect(before.actions.isEmpty)
    #expect(before.wakeAt == now + .seconds(120))
    #expect(plan(spec, observed, at: now + .seconds(119)).actions.isEmpty)
    #expect(plan(spec, observed, at: now + .seconds(120)).actions.map(\.verb) == ["purge"])
  }

  @Test("with `purge at` a file that is past its age waits for the fire, and a missed fire is made up for")
  func purgeAt() throws {
    let spec = try spec(keep: "30d", purgeAt: "03:00")
    let observed = observed([file("a", day * 30 + .seconds(60))])
    let today = plan(spec, observed)
    #expect(today.actions.isEmpty)
    #expect(today.wakeAt == Instant(rfc3339: "2026-11-22T03:00:00Z"))
    #expect(plan(spec, observed, at: Instant(rfc3339: "2026-11-22T02:59:59Z")!).actions.isEmpty)
    #expect(plan(spec, observed, at: Instant(rfc3339: "2026-11-22T03:00:00Z")!).actions.count == 1)
    let late = plan(spec, observed, at: Instant(rfc3339: "2026-11-24T09:00:00Z")!)
    #expect(late.actions.count == 1)
    #expect(late.reasons.contains { $0.label == "late" })
  }

  @Test("the cap waits for no `purge at`: what is past keep goes first, safely, then the rest destructively")
  func capFirstWhatIsPast() throws {
    let spec = try spec(keep: "30d", atMost: 2_000, purgeAt: "03:00")
    let past = file("past", day * 30 + .seconds(60))
    let one = plan(spec, observed([past, file("b", day), file("c", day / 2)]))
    #expect(one.actions.map(\.verb) == ["purge"])
    #expect(one.actions[0].risk == .safe)
    let two = plan(spec, observed([past, file("b", day), file("c", day / 2), file("d", day / 3)]))
    #expect(two.actions.map(\.verb) == ["purge", "trim"])
    #expect(two.actions[1].files.map(\.path) == ["b"])
    #expect(two.actions[1].risk == .destructive)
  }

  @Test("over the cap, what can be archived is archived early instead of deleted")
  func capArchivesEarly() throws {
    var observed = observed([file("a", day), file("b", day / 2)])
    observed.archive = Shelf()
    let plan = plan(try spec(atMost: 1_000, archiveAfter: "7d"), observed)
    #expect(plan.actions.map(\.verb) == ["archive"])
    #expect(plan.actions[0].risk == .safe)
  }

  @Test("over the cap and nothing may go: a finding names who keeps what open")
  func capHeld() throws {
    let plan = plan(try spec(atMost: 1_000), observed([file("a", day, bytes: 5_000, heldBy: "nginx (812)")]))
    #expect(plan.actions.isEmpty)
    #expect(plan.findings.map(\.code) == ["over-cap"])
    #expect(plan.findings[0].severity == .critical)
    #expect(plan.findings[0].message.contains("nginx (812)"))
    #expect(plan.state == .degraded)
  }

  @Test("what somebody approved stays the plan while the logs grow a little")
  func trimIsStable() throws {
    let spec = try spec(atMost: 100_000)
    let old = (0..<50).map { file("f\($0)", day + .seconds($0 * 60), bytes: 4_000) }
    let first = plan(spec, observed(old + [file("live", .seconds(0), bytes: 1_000)])).actions
    let later = plan(spec, observed(old + [file("live", .seconds(0), bytes: 3_000)])).actions
    #expect(first.map(\.verb) == ["trim"])
    #expect(first == later)
  }

  @Test(
    "where not every process can be looked at, a file counts as open for ten minutes after its last change")
  func blindSpot() throws {
    let spec = try spec(keep: "1min")
    let observed = observed([file("a", .seconds(300))], blindSpot: "3 processes cannot be looked at")
    let early = plan(spec, observed)
    #expect(early.actions.isEmpty)
    #expect(early.state == .waiting)
    #expect(early.waitingOn.first?.until == now + .seconds(300))
    #expect(early.wakeAt == now + .seconds(300))
    #expect(plan(spec, observed, at: now + .seconds(300)).actions.count == 1)
  }

  @Test("the line of an action names ten files and counts the rest")
  func description() throws {
    let plan = plan(
      try spec(keep: "1d"), observed((0..<40).map { file("f\($0).log", day * 2 + .seconds($0)) }))
    let line = try #require(plan.actions.first).description
    #expect(
      line.hasPrefix("purge 40 files, 40 kB, last changed 2026-11-19T13:02Z to 2026-11-19T13:03Z: f39.log, "))
    #expect(line.hasSuffix("and 30 more"))
  }

  @Test("the cell shows both in the cap's unit")
  func cells() {
    #expect(ByteCount(bytes: 3_149_000_000).words(of: ByteCount(bytes: 10_000_000_000)) == "3.1 of 10 GB")
    #expect(ByteCount(bytes: 400_000_000_000).words(of: ByteCount(bytes: 1_000_000_000_000)) == "0.4 of 1 TB")
    #expect(ByteCount(bytes: 41_000_000_000).words(of: ByteCount(bytes: 100_000_000_000)) == "41 of 100 GB")
    #expect(ByteCount(bytes: 10_000_000_000).words(of: ByteCount(bytes: 1_000_000)) == "10000 of 1 MB")
    #expect(ByteCount(bytes: 412).words == "412 B")
  }

  @Test("only names that were made here are the archive's")
  func archiveNames() {
    #expect(ArchiveName.isOne("web.log.1.20261114T031500Z.gz"))
    #expect(ArchiveName.isOne("web.log.1.20261114T031500Z-2.zst"))
    for name in [
      "web.log.gz", "20261114T031500Z.gz", "a.20261114T031500.gz", "a.20261114T031500Z",
      "a.b20261114T03150Z.gz",
    ] {
      #expect(!ArchiveName.isOne(name), "\(name)")
    }
  }
}
