public import Reconciliation
public import Specification

/// What the operator wrote of an environment's budget.
///
///     budget: {monthly: $500, warn at: [50%, 75%, 90%], prices: {web: $0.08/h, database: $140/month}}
public struct BudgetSpec: Sendable, Hashable {
  /// `monthly:`, what may be spent in a calendar month.
  public var monthly: Money
  /// `prices:`, in the order of the file.
  public var prices: [PricedThing]
  /// `warn at:`, rising.
  public var warnAt: [Percentage]

  /// What is warned of where nothing is written: half, three quarters, nine tenths.
  static let warnAtDefault = [500_000, 750_000, 900_000].map { Percentage(partsPerMillion: $0) }
}

/// A price, and what it is paid for.
public struct PricedThing: Sendable, Hashable {
  /// An entry of `instances`, or any section or entry of the file.
  public var name: String
  /// What it costs.
  public var price: Price
  /// Where it is written.
  public var place: Place
}

extension BudgetController {
  /// The one resource of the section: there is one budget, for the month.
  static let entry = "monthly"

  public static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Resource<BudgetSpec>] {
    let reader = MappingReader(section, path: name, mistakes: mistakes)
    defer { reader.close() }
    let monthly = reader.value("monthly", .required) { node throws(Misreading) in try node.money() }
    let warnAt = reader.list("warn at") { node throws(Misreading) in
      let percentage = try node.percent()
      guard percentage.partsPerMillion > 0 else {
        throw Misreading("0% is reached before anything is spent", at: node.place)
      }
      return percentage
    }
    let prices = reader.mapping("prices").map { prices in
      prices.names().compactMap { key in
        prices.value(key.text) { node throws(Misreading) in
          PricedThing(name: key.text, price: try node.price(), place: key.place)
        }
      }
    }
    // Read for people, and not kept yet; the file's reader says so.
    _ = reader.choice("spending", of: ["flexible", "planned"])
    _ = reader.choice("machines", of: ["cheapest", "standard"])
    _ = reader.choice("unused resources", of: ["removed", "reported"])
    if let reserved = reader.mapping("reserved") {
      _ = reserved.percent("saves", .required)
      reserved.close()
    }
    guard let monthly else { return [] }
    let spec = BudgetSpec(
      monthly: monthly, prices: prices ?? [], warnAt: Set(warnAt ?? BudgetSpec.warnAtDefault).sorted())
    let id = ResourceID(environment: environment.name, controller: name, name: entry)
    return [Resource(id, spec: spec, node: section)]
  }
}
