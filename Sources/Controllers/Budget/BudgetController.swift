public import Calendar
public import Host
public import Reconciliation

/// Keeps `budget`: what an environment has cost this month by the written prices, and what it will have cost at its end.
///
/// There is nothing to look at or to do: what was used is a fold over events, and what it cost follows from that.
public struct BudgetController: Controller {
  public static let name = "budget"

  let clock: any WallClock

  /// A controller whose only door is the time.
  public init(clock: any WallClock = SystemClock()) { self.clock = clock }

  public static let hears: Set<Fact.Name> = [.uses]

  public static func listens(
    _ spec: BudgetSpec, of id: ResourceID, publishing own: [Fact], to fact: Fact
  ) -> Bool {
    spec.prices.contains { $0.name == fact.about }
  }

  public static func blank(_ resource: Resource<BudgetSpec>) -> BudgetObserved? { BudgetObserved() }

  public static func expect(
    _ action: BudgetAction, of resource: Resource<BudgetSpec>, after observed: BudgetObserved, at now: Instant
  ) -> BudgetObserved {}
}

/// Nothing can be done about a budget but to tell people.
public enum BudgetAction: ControllerAction {
  public var verb: String { switch self {} }
  public var risk: Risk { switch self {} }
  public var description: String { switch self {} }

  public init(from decoder: any Decoder) throws {
    throw DecodingError.dataCorrupted(
      DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "a budget has no actions"))
  }

  public func encode(to encoder: any Encoder) throws { switch self {} }
}
