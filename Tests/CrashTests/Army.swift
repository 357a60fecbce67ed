import Fixtures
import Glibc
import Synchronization

/// Several towns at once, in which daemons are killed one after the other.
struct Army: Sendable {
  /// Most of a life is waiting: for an instance to be ready, for an overlap to end.
  static let width = 4
  /// A log that grows is examined at each start.
  static let livesMax = 150

  /// What came of a kill.
  struct Outcome: Sendable {
    let kill: Kill
    let report: Report
  }

  /// Runs all, in no order. A kill that missed its point is tried again: other things happened first.
  static func run(_ kills: [Kill]) async throws -> [Outcome] {
    let orders = Orders(kills)
    return try await withThrowingTaskGroup(of: [Outcome].self) { group in
      for _ in 0..<min(width, kills.count) { group.addTask { try await soldier(orders) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
  }

  private final class Orders: Sendable {
    private let waiting: Mutex<[Kill]>

    init(_ kills: [Kill]) { waiting = Mutex(kills.reversed()) }

    func next() -> Kill? { waiting.withLock { $0.popLast() } }
  }

  private static func soldier(_ orders: Orders) async throws -> [Outcome] {
    var outcomes: [Outcome] = []
    var world: World?
    while let kill = orders.next() {
      var report = Report()
      for _ in 0..<3 {
        if kill.step == .birth || world.map({ $0.lives > livesMax }) != false {
          report.broken = await retire(world)
          world = report.broken == nil ? try World() : nil
        }
        guard let town = world else { break }
        do {
          if town.lives == 0, kill.step != .birth { try await town.live() }
          report = try await town.suffer(kill)
        } catch {
          report.broken = "\(error)"
        }
        if let broken = report.broken {
          report.broken = "\(broken)\n\(town.lastWords)"
          world = nil
        }
        if report.hits.first || report.broken != nil { break }
      }
      outcomes.append(Outcome(kill: kill, report: report))
    }
    if let broken = await retire(world), let last = outcomes.popLast() {
      var report = last.report
      report.broken = report.broken ?? broken
      outcomes.append(Outcome(kill: last.kill, report: report))
    }
    return outcomes
  }

  private static func retire(_ world: World?) async -> String? {
    do {
      try await world?.verify()
      return nil
    } catch {
      return "\(error)"
    }
  }
}
