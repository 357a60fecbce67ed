import Calendar
import Fixtures
import Reconciliation
import Specification
import Testing

@testable import Logs

@Suite("Every plan for logs")
struct PropertyTests {
  static let seeds: [UInt64] = (0..<300).map { Dice.seed &+ $0 }

  private let now = Instant(rfc3339: "2026-03-29T00:30:00Z")!

  private func spec(_ random: inout Dice) throws -> LogsSpec {
    let archives = Int.random(in: 0..<3, using: &random) == 0
    return LogsSpec(
      path: "/logs", match: "*",
      keep: try [nil, "1h", "2d", "1month", "2y"].randomElement(using: &random)!.map { try TimeSpan($0) },
      atMost: ([nil, 10_000, 200_000] as [Int64?]).randomElement(using: &random)!.map {
        ByteCount(bytes: $0)
      },
      archive: archives ? LogsSpec.Archive(to: "/cold", after: try TimeSpan("30min")) : nil,
      purgeAt: try [nil, "03:00", "hourly", "Sun 02:30"].randomElement(using: &random)!.map {
        try CalendarExpression($0, zones: .utcOnly)
      })
  }

  private func shelf(_ random: inout Dice, _ count: Int) -> Shelf {
    let files = (0..<count).map { index in
      let age = Duration.seconds([90, 4_000, 200_000, 4_000_000, 90_000_000].randomElement(using: &random)!)
      let bytes = Int64.random(in: 0...20_000, using: &random)
      return ObservedFile(
        path: "f\(index)", inode: UInt64(index), size: bytes, bytes: bytes,
        modified: now - age * Double.random(in: 0...1, using: &random),
        heldBy: Int.random(in: 0..<6, using: &random) == 0 ? "nginx (1)" : nil)
    }.sorted { ($0.modified, $0.path) < ($1.modified, $1.path) }
    return Shelf(
      files: count, bytes: files.reduce(0) { $0 + $1.bytes }, oldest: files.first?.modified,
      newest: files.last?.modified, candidates: files)
  }

  private func world(_ random: inout Dice, _ spec: LogsSpec) -> LogsObserved {
    var observed = LogsObserved(logs: shelf(&random, Int.random(in: 0...40, using: &random)))
    observed.freePercent = Int.random(in: 0...100, using: &random)
    if Bool.random(using: &random) { observed.blindSpot = "processes of others" }
    if spec.archive != nil {
      if Bool.random(using: &random) {
        observed.archive = shelf(&random, 5)
      } else {
        observed.archiveProblem = "gone"
      }
    }
    return observed
  }

  private func plan(_ spec: LogsSpec, _ observed: LogsObserved, _ instant: Instant) -> Plan<LogsAction> {
    LogsController.plan(resource(spec), .known(observed, at: now), context(at: instant))
  }

  @Test("converges: after what its actions are expected to leave, there is nothing to do", arguments: seeds)
  func converges(seed: UInt64) throws {
    var random = Dice(seed: seed)
    let spec = try spec(&random)
    var observed = world(&random, spec)
    for _ in 0..<100 {
      guard let action = plan(spec, observed, now).actions.first else { return }
      observed = LogsController.expect(action, of: resource(spec), after: observed, at: now)
    }
    Issue.record("seed \(seed): still acting after 100 rounds")
  }

  @Test("does not change before it wakes, while the world stays", arguments: seeds)
  func wakes(seed: UInt64) throws {
    var random = Dice(seed: seed)
    let spec = try spec(&random)
    let observed = world(&random, spec)
    let first = plan(spec, observed, now)
    let end = first.wakeAt ?? now + .seconds(86_400 * 400)
    #expect(end > now)
    let span = now.distance(to: end)
    for part in [0.0, 0.01, 0.3, 0.9, 0.999_999] {
      let then = plan(spec, observed, min(now + span * part, end - .microseconds(1)))
      #expect(then.actions == first.actions, "seed \(seed) at \(part)")
      #expect(then.findings == first.findings, "seed \(seed) at \(part)")
    }
  }

  @Test("takes nothing that is open, nothing twice, and nothing young unless it says so", arguments: seeds)
  func isCareful(seed: UInt64) throws {
    var random = Dice(seed: seed)
    let spec = try spec(&random)
    let observed = world(&random, spec)
    let plan = plan(spec, observed, now)
    #expect(plan == self.plan(spec, observed, now))
    let files = plan.actions.filter { $0.from == .logs }.flatMap(\.files)
    #expect(Set(files.map(\.inode)).count == files.count)
    #expect(files.allSatisfy { $0.heldBy == nil })
    for action in plan.actions where action.kind == .purge {
      let keep = try #require(spec.keep)
      #expect(action.files.allSatisfy { keep.added(to: $0.modified, in: .utc) <= now })
      if let upTo = action.upTo { #expect(keep.added(to: upTo, in: .utc) <= now) }
    }
    if plan.actions.contains(where: { $0.kind == .trim }) {
      #expect(spec.archive == nil)
      #expect(observed.logs.bytes > spec.atMost?.bytes ?? .max)
    }
    let text = try JSON(encoding: observed)
    #expect(try text.decoded(as: LogsObserved.self) == observed)
    for action in plan.actions { #expect(try JSON(encoding: action).decoded(as: LogsAction.self) == action) }
  }

  @Test("does nothing without a look", arguments: seeds.prefix(20))
  func unknown(seed: UInt64) throws {
    var random = Dice(seed: seed)
    let plan = LogsController.plan(
      resource(try spec(&random)), .unknown(reason: "no such folder", since: now), context(at: now))
    #expect(plan.actions.isEmpty)
    #expect(plan.state == .unknown)
    #expect(plan.wakeAt != nil)
  }
}
