import Calendar
import Fixtures
import PgBackRest
import Reconciliation
import Specification
import Testing

@testable import Backups

@Suite("Every plan for backups")
struct PropertyTests {
  static let seeds: [UInt64] = (0..<300).map { Dice.seed &+ $0 }

  private let now = Instant(rfc3339: "2026-10-25T00:30:00Z")!

  private func world(_ random: inout Dice) throws -> (BackupsSpec, BackupsObserved, [String: Demand]) {
    func maybe<T>(_ value: T) -> T? { Bool.random(using: &random) ? value : nil }
    func age() -> Duration {
      .seconds([90, 5_000, 200_000, 4_000_000].randomElement(using: &random)!)
        * Double.random(in: -0.1...1, using: &random)
    }
    let restore = maybe(["/r", "{backup}"])
    var spec = BackupsSpec(
      of: nil, folder: "/b", match: "*", method: .files,
      every: try TimeSpan(["1h", "1d", "1month"].randomElement(using: &random)!),
      rpo: try maybe(TimeSpan("5min")), rto: maybe(.seconds(60)),
      shrinkAtMost: BackupsSpec.shrinkAtMostDefault,
      drill: restore == nil ? nil : try maybe(CalendarExpression("weekly", zones: .utcOnly)), restore: restore
    )
    let dumps = (0..<Int.random(in: 0...6, using: &random)).map { index in
      Dump(
        name: "d\(index)", inode: UInt64(index), bytes: .random(in: 0...1_000, using: &random),
        modified: now - age(),
        isHeld: Int.random(in: 0..<5, using: &random) == 0)
    }.sorted { ($0.modified, $0.name) > ($1.modified, $1.name) }
    var observed = BackupsObserved(
      count: dumps.count, oldest: dumps.last?.modified, newest: dumps,
      restoreExists: Int.random(in: 0..<5, using: &random) > 0)
    for dump in dumps where Bool.random(using: &random) {
      let result: Verdict.Result = [.sound, .corrupt, .untested].randomElement(using: &random)!
      observed.record.take(Verdict(of: dump, result, by: [], at: now - .seconds(30)))
    }
    if let dump = dumps.first, Bool.random(using: &random) {
      observed.record.take(
        DrillRecord(
          of: dump, at: now - age(), seconds: .random(in: 0...100, using: &random), problem: maybe("no")))
    }
    let isRepository = Bool.random(using: &random)
    if isRepository { try world(of: &spec, &observed, &random) }
    let demands =
      maybe(["drill": Demand(at: now - .seconds(9), owner: "ada", reason: "", sequence: 1)]) ?? [:]
    return (spec, observed, demands)
  }

  /// The same as pgBackRest would have made it.
  private func world(
    of spec: inout BackupsSpec, _ observed: inout BackupsObserved, _ random: inout Dice
  ) throws {
    func maybe<T>(_ value: T) -> T? { Bool.random(using: &random) ? value : nil }
    func moment() -> Instant { now - .seconds(.random(in: -600...900_000, using: &random)) }
    spec.method = .pgbackrest
    spec.restore = nil
    spec.pgbackrest = PgBackRestSpec(
      stanza: "main", fullEvery: try maybe(TimeSpan("7d")),
      window: try Hours(open: [
        ["always", "01:00-05:00", "Sat,Sun 00:00-24:00", "23:00-02:30"].randomElement(using: &random)!
      ]),
      scratch: maybe("/s"))
    for index in observed.newest.indices { observed.newest[index].isHeld = false }
    observed.record.verdicts = observed.newest.map {
      Verdict(of: $0, [.sound, .sound, .corrupt].randomElement(using: &random)!, by: [], at: $0.modified)
    }
    observed.record.archive = maybe(
      ArchiveRecord(
        provedAt: maybe(moment()), problem: maybe("no"), gap: maybe("here"),
        behind: observed.newest.randomElement(using: &random)?.name))
    observed.repository = RepositoryObserved(
      status: [.ok, .ok, .noBackup, .mixed, .noStanza, .mismatch].randomElement(using: &random)!,
      isBusy: Int.random(in: 0..<5, using: &random) == 0, lastBegan: maybe(moment()),
      lastFull: maybe(moment()),
      hasLeftover: Int.random(in: 0..<5, using: &random) == 0)
  }

  @Test("converges: after what its actions are expected to leave, there is nothing to do", arguments: seeds)
  func converges(seed: UInt64) throws {
    var random = Dice(seed: seed)
    var (spec, observed, demands) = try world(&random)
    spec.match = "*"
    for _ in 0..<30 {
      let plan = BackupsController.plan(
        resource(spec), .known(observed, at: now), context(at: now, demands: demands))
      guard let action = plan.actions.first else { return }
      observed = BackupsController.expect(action, of: resource(spec), after: observed, at: now)
    }
    Issue.record("seed \(seed): still acting after 30 rounds")
  }

  @Test("does not change before it wakes, while the world stays", arguments: seeds)
  func wakes(seed: UInt64) throws {
    var random = Dice(seed: seed)
    let (spec, observed, demands) = try world(&random)
    func plan(_ instant: Instant) -> Plan<BackupsAction> {
      BackupsController.plan(
        resource(spec), .known(observed, at: now), context(at: instant, demands: demands))
    }
    let first = plan(now)
    #expect(first == plan(now))
    let end = first.wakeAt ?? now + .seconds(86_400 * 400)
    #expect(end > now)
    for part in [0.0, 0.01, 0.3, 0.9, 0.999_999] {
      let then = plan(min(now + now.distance(to: end) * part, end - .microseconds(1)))
      #expect(then.actions == first.actions, "seed \(seed) at \(part)")
      #expect(then.findings == first.findings, "seed \(seed) at \(part)")
    }
    #expect(try JSON(encoding: observed).decoded(as: BackupsObserved.self) == observed)
    for action in first.actions {
      #expect(try JSON(encoding: action).decoded(as: BackupsAction.self) == action)
    }
    #expect(
      first.actions.allSatisfy {
        $0.dump?.isHeld != true && $0.dump?.modified ?? now <= now && $0.risk == .safe
      })
  }

  @Test("does nothing without a look")
  func unknown() throws {
    var random = Dice(seed: 1)
    let plan = BackupsController.plan(
      resource(try world(&random).0), .unknown(reason: "no such folder", since: now), context(at: now))
    #expect(plan.actions.isEmpty && plan.findings.isEmpty && plan.state == .unknown && plan.wakeAt != nil)
  }
}
