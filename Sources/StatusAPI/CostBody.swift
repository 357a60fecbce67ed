/// What an environment costs, by the prices in its file. Amounts are whole millionths of a dollar, and the same as text.
public struct CostBody: Codable, Sendable, Hashable {
  /// An amount.
  public struct Amount: Codable, Sendable, Hashable {
    /// Millionths of a dollar.
    public var microdollars: Int64
    /// To the cent: `$112.40`.
    public var text: String

    /// All members, as documented above.
    public init(microdollars: Int64, text: String) {
      self.microdollars = microdollars
      self.text = text
    }
  }

  /// One price.
  public struct Item: Codable, Sendable, Hashable {
    /// What it is the price of.
    public var name: String
    /// The price as written: `$0.08/h`.
    public var price: String
    /// What it comes to.
    public var amount: Amount

    /// All members, as documented above.
    public init(name: String, price: String, amount: Amount) {
      self.name = name
      self.price = price
      self.amount = amount
    }
  }

  /// One calendar month, whole: what was spent before the forecast begins is in it.
  public struct Month: Codable, Sendable, Hashable {
    /// `2026-11`.
    public var month: String
    /// What it comes to.
    public var amount: Amount
    /// Whether its end lies beyond the forecast, so that the rest follows the written hours alone.
    public var isProjected: Bool
    /// Whether that is more than the budget.
    public var isOver: Bool

    /// All members, as documented above.
    public init(month: String, amount: Amount, isProjected: Bool, isOver: Bool) {
      self.month = month
      self.amount = amount
      self.isProjected = isProjected
      self.isOver = isOver
    }
  }

  /// Which environment.
  public var environment: String
  /// What it costs in the time of the forecast.
  public var total: Amount
  /// The prices, in the order of the file.
  public var items: [Item]
  /// What may be spent in a month.
  public var monthly: Amount
  /// The months that the forecast touches.
  public var months: [Month]

  /// All members, as documented above.
  public init(environment: String, total: Amount, items: [Item], monthly: Amount, months: [Month]) {
    self.environment = environment
    self.total = total
    self.items = items
    self.monthly = monthly
    self.months = months
  }
}
