public import Calendar
public import Specification

/// What an environment costs from one moment to another, by the prices that are written.
public struct Bill: Sendable, Hashable {
  /// One price.
  public struct Item: Sendable, Hashable {
    /// What it is the price of, as written.
    public let name: String
    /// The price as written: `$0.08/h`.
    public let price: String
    /// What it comes to.
    public let amount: Money

    /// A price and what it comes to.
    public init(name: String, price: String, amount: Money) {
      self.name = name
      self.price = price
      self.amount = amount
    }
  }

  /// One calendar month, whole.
  public struct Month: Sendable, Hashable {
    /// Which.
    public let month: CivilMonth
    /// What it comes to.
    public let amount: Money
    /// Whether its end lies beyond what was run forward, so that the rest follows the written hours alone.
    public let isProjected: Bool

    /// A month and what it comes to.
    public init(month: CivilMonth, amount: Money, isProjected: Bool) {
      self.month = month
      self.amount = amount
      self.isProjected = isProjected
    }
  }

  /// The prices in the order of the file.
  public let items: [Item]
  /// The months that are touched.
  public let months: [Month]
  /// What may be spent in a month.
  public let monthly: Money

  /// A bill.
  public init(items: [Item], months: [Month], monthly: Money) {
    self.items = items
    self.months = months
    self.monthly = monthly
  }

  /// All of it.
  public var total: Money { Money(microdollars: items.reduce(0) { $0 + $1.amount.microdollars }) }
}

extension Forecast {
  /// What the environments cost that have prices, from `start`, at which `reconciler` stood as it did, to the end; by
  /// name.
  public func bills(since reconciler: Reconciler, at start: Instant) -> [String: Bill] {
    var bills: [String: Bill] = [:]
    for (id, kept) in self.reconciler.resources {
      guard let kind = self.reconciler.kinds[id.controller],
        let before = reconciler.context(of: id, at: start),
        let after = self.reconciler.context(of: id, at: reached),
        let bill = kind.bill(kept.resource, from: before, to: after)
      else { continue }
      bills[id.environment] = bill
    }
    return bills
  }
}

extension Reconciler {
  /// The resource that knows the prices of an environment; nil where none are written.
  public func priced(in environment: String) -> ResourceID? {
    (members[environment] ?? []).sorted().first { id in
      guard let now = context(of: id, at: .epoch), let kept = resources[id] else { return false }
      return kinds[id.controller]?.bill(kept.resource, from: now, to: now) != nil
    }
  }

  /// What an environment cost over a stretch of the past, by the prices that `id` has now; `before` and `after` say how
  /// much had been used when it began and when it ended, and by default how much has been used by now. Nil where `id` knows
  /// no prices.
  public func bill(
    of id: ResourceID, over span: Range<Instant>, used before: [ResourceID: Usage]? = nil,
    _ after: [ResourceID: Usage]? = nil
  ) -> Bill? {
    guard let kept = resources[id], let kind = kinds[id.controller],
      let start = context(of: id, at: span.lowerBound), let end = context(of: id, at: span.upperBound)
    else { return nil }
    return kind.bill(
      kept.resource, from: start.having(used: before ?? start.usages),
      to: end.having(used: after ?? end.usages))
  }
}
