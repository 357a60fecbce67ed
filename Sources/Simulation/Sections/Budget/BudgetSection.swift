import Budget
import Reconciliation

/// `budget`: what the environment costs. Nothing of the world is about it: it follows from what runs.
enum BudgetSection: Section {
  static let name = "budget"

  static func draw(beside draft: Draft, _ dice: inout Dice) -> [any Entry] {
    // Nobody counts backups: they stand for one.
    var prices = [BudgetEntry.Price(thing: "backups", cents: dice.number(500...9_000), per: .month)]
    for instances in draft.entries(InstancesEntry.self).prefix(3) {
      let per = dice.one(of: BudgetEntry.Period.allCases)
      let cents: ClosedRange<Int> =
        switch per {
        case .hour: 1...20
        case .day: 50...500
        case .month: 500...9_000
        }
      prices.append(BudgetEntry.Price(thing: instances.name, cents: dice.number(cents), per: per))
    }
    return [
      BudgetEntry(dollars: dice.number(30...400), prices: prices, warnAt: dice.one(of: BudgetEntry.warnings))
    ]
  }

  static func model(of id: ResourceID) -> any Model { BudgetModel() }

  static let invariants: [any Invariant.Type] = [
    UseIsCounted.self, MoneyIsExact.self, ThresholdsAreTold.self, ToldOnce.self,
  ]

  static let lasting = Set(["over", "projected"] + BudgetEntry.warnings.joined().map { "spent-\($0)" })
}

/// The entry of `budget`.
struct BudgetEntry: Entry {
  static let section = BudgetSection.name
  static let warnings = [[], [50, 75, 90], [20, 40, 60, 80], [10]]

  enum Period: String, Sendable, CaseIterable {
    case hour = "h"
    case day = "d"
    case month
  }

  struct Price: Sendable, Hashable {
    var thing: String
    var cents: Int
    var per: Period
  }

  let name = "monthly"
  var dollars: Int
  var prices: [Price]
  /// In percent; empty for what stands where nothing is written.
  var warnAt: [Int]

  /// In percent, as they count.
  var thresholds: [Int] { warnAt.isEmpty ? [50, 75, 90] : warnAt }

  func lines(in environment: String) -> [String] {
    var lines = ["monthly: $\(dollars)"]
    if !prices.isEmpty {
      let prices = prices.map { "\($0.thing): $\(Self.dollars($0.cents))/\($0.per.rawValue)" }
      lines.append("prices: {\(prices.joined(separator: ", "))}")
    }
    if !warnAt.isEmpty { lines.append("warn at: [\(warnAt.map { "\($0)%" }.joined(separator: ", "))]") }
    return lines
  }

  private static func dollars(_ cents: Int) -> String {
    "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
  }

  func edited(_ dice: inout Dice) -> Self {
    var budget = self
    if dice.percent(50) {
      budget.dollars = dice.number(30...400)
    } else {
      budget.warnAt = dice.one(of: Self.warnings)
    }
    return budget
  }

  func contradictory(_ dice: inout Dice) -> Self? {
    var budget = self
    budget.prices.append(Price(thing: "nowhere", cents: 100, per: .day))
    return budget
  }

  func fitting(into draft: Draft) -> Self {
    var budget = self
    let things = draft.sections.filter { !$0.value.isEmpty }.flatMap {
      [$0.key] + $0.value.map { $0.entry.name }
    }
    budget.prices.removeAll { !things.contains($0.thing) }
    return budget
  }
}

extension Draft {
  /// What is written of what the environment may cost.
  var budget: BudgetEntry? { entry("monthly") }
}

/// What a look at a budget finds: nothing.
final class BudgetModel: Model {
  func look(_ stage: Stage) -> AnyObserved { AnyObserved(typed: BudgetObserved()) }

  func act(_ action: AnyAction, _ resource: AnyResource, _ portion: Portion, _ stage: Stage)
    -> Result<Outcome, Failure>
  {
    .failure(.movedOn(action, "a budget has no actions"))
  }

  func duration(of action: AnyAction, _ dice: inout Dice) -> Duration { .zero }
}
