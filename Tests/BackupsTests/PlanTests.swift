import Calendar
import Reconciliation
import Specification
import Testing

@testable import Backups

@Suite("Planning for backups")
struct PlanTests {
  private let now = Instant(rfc3339: "2026-11-21T13:03:00Z")!
  private let hour = Duration.seconds(3_600)

  private func spec(
    rpo: String? = nil, rto: Duration? = nil, drill: String? = nil, restore: Bool = true, every: String = "1d"
  ) throws -> BackupsSpec {
    BackupsSpec(
      of: "database/main", folder: "/srv/backups", match: "*.dump", method: .files,
      every: try TimeSpan(every),
      rpo: try rpo.map { try TimeSpan($0) }, rto: rto, shrinkAtMost: Percentage(partsPerMillion: 500_000),
      drill: try drill.map { try CalendarExpression($0, zones: .utcOnly) },
      restore: restore ? ["/srv/bin/restore", "{backup}"] : nil)
  }

  private func dump(_ name: String, _ age: Duration, bytes: Int64 = 1_000_000, isHeld: Bool = false) -> Dump {
    Dump(
      name: name, inode: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }), bytes: bytes,
      modified: now - age,
      isHeld: isHeld)
  }

  private func observed(_ dumps: [Dump], tested: Bool = true) -> BackupsObserved {
    let dumps = dumps.sorted { $0.modified > $1.modified }
    var observed = BackupsObserved(
      count: dumps.count, bytes: dumps.reduce(0) { $0 + $1.bytes }, oldest: dumps.last?.modified,
      newest: dumps)
    if tested {
      for dump in dumps.reversed() { observed.record.take(Verdict(of: dump, .sound, by: [], at: now)) }
    }
    return observed
  }

  private func plan(
    _ spec: BackupsSpec, _ observed: BackupsObserved, at instant: Instant? = nil,
    demands: [String: Demand] = [:]
  ) -> Plan<BackupsAction> {
    BackupsController.plan(
      resource(spec), .known(observed, at: now), context(at: instant ?? now, demands: demands))
  }

  private func codes(_ plan: Plan<BackupsAction>) -> [String] { plan.findings.map(\.code) }

  @Test("no dump at all is critical")
  func none() throws {
    let plan = plan(try spec(), observed([]))
    #expect(codes(plan) == ["none"])
    #expect(plan.cell == "none")
  }

  @Test("a dump is stale when the next is late by more than a tenth of the period")
  func stale() throws {
    let spec = try spec()
    let observed = observed([dump("a.dump", hour)])
    let fresh = plan(spec, observed)
    #expect(codes(fresh).isEmpty)
    let turn = now - hour + hour * 24 + .seconds(8_640)
    #expect(fresh.wakeAt == turn)
    #expect(codes(plan(spec, observed, at: turn - .seconds(1))).isEmpty)
    #expect(codes(plan(spec, observed, at: turn)) == ["stale"])
  }

  @Test("the recovery point is held against rpo to the second")
  func rpo() throws {
    let spec = try spec(rpo: "2h")
    let observed = observed([dump("a.dump", hour)])
    #expect(codes(plan(spec, observed, at: now + hour - .seconds(1))).isEmpty)
    #expect(codes(plan(spec, observed, at: now + hour)) == ["rpo"])
  }

  @Test("a dump smaller than half the median of the ones before is shrunk; one odd dump moves nothing")
  func shrunk() throws {
    let before = [dump("b", hour * 25), dump("c", hour * 49, bytes: 10), dump("d", hour * 73)]
    #expect(codes(plan(try spec(), observed([dump("a", hour, bytes: 499_999)] + before))) == ["shrunk"])
    #expect(codes(plan(try spec(), observed([dump("a", hour, bytes: 500_000)] + before))).isEmpty)
    #expect(codes(plan(try spec(), observed([dump("a", hour, bytes: 1)]))).isEmpty)
  }

  @Test("a dump from the future does not count, and the clock is suspected")
  func future() throws {
    let plan = plan(try spec(), observed([dump("a", hour * -2), dump("b", hour)]))
    #expect(codes(plan) == ["future"])
    #expect(plan.cell == "1h ago")
  }

  @Test(
    "a drill is due at the first fire after the last success, and after the oldest dump if there was none")
  func drillDue() throws {
    let spec = try spec(drill: "monthly")
    var young = observed([dump("a", hour), dump("b", hour * 24 * 20)])
    #expect(plan(spec, young).actions.isEmpty)
    #expect(plan(spec, young, at: Instant(rfc3339: "2026-12-01T00:00:00Z")!).actions.map(\.verb) == ["drill"])
    let old = observed([dump("a", hour), dump("b", hour * 24 * 21)])
    #expect(plan(spec, old).actions.map(\.dump?.name) == ["a"])
    young.record.take(DrillRecord(of: dump("b", hour), at: now - hour, seconds: 60, problem: nil))
    #expect(plan(spec, young).actions.isEmpty)
  }

  @Test("a stale, late and shrunk set of backups is drilled all the same")
  func neverGated() throws {
    let spec = try spec(rpo: "1h", drill: "monthly")
    let plan = plan(spec, observed([dump("a", hour * 24 * 60, bytes: 1), dump("b", hour * 24 * 61)]))
    #expect(Set(codes(plan)).isSuperset(of: ["stale", "rpo", "shrunk", "drill-overdue"]))
    #expect(plan.actions.map(\.verb) == ["drill"])
  }

  @Test("a drill that was asked for happens once")
  func asked() throws {
    let spec = try spec()
    var observed = observed([dump("a", hour)])
    let demand = Demand(at: now - .seconds(5), owner: "ada", reason: "audit", sequence: 4)
    let asked = plan(spec, observed, demands: ["drill": demand])
    #expect(asked.actions.map(\.verb) == ["drill"])
    #expect(asked.reasons.contains { $0.text.contains("ada: audit") })
    observed = BackupsController.expect(asked.actions[0], of: resource(spec), after: observed, at: now)
    #expect(plan(spec, observed, demands: ["drill": demand]).actions.isEmpty)
  }

  @Test("a restore that took longer than rto is critical; growth warns before")
  func rto() throws {
    let spec = try spec(rto: .seconds(3_600))
    var observed = observed([dump("a", hour, bytes: 3_000_000)])
    observed.record.lastSuccess = DrillRecord(
      of: dump("b", hour), at: now - hour, seconds: 3_000, problem: nil)
    #expect(codes(plan(spec, observed)) == ["rto-soon"])
    observed.record.lastSuccess?.seconds = 4_000
    #expect(codes(plan(spec, observed)) == ["rto"])
    #expect(plan(spec, observed).findings[0].severity == .critical)
  }

  @Test("a drill that failed is a finding until one succeeds")
  func failed() throws {
    let spec = try spec(drill: "monthly")
    var observed = observed([dump("a", hour)])
    observed.record.take(
      DrillRecord(of: dump("a", hour), at: now - hour, seconds: 9, problem: "exited with 1"))
    #expect(codes(plan(spec, observed)) == ["drill-failed"])
    observed.record.take(DrillRecord(of: dump("a", hour), at: now, seconds: 9, problem: nil))
    #expect(codes(plan(spec, observed)).isEmpty)
  }
}
