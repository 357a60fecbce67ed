import Calendar
import Reconciliation
import Specification

/// What prices come to: whole millionths of a dollar, each price rounded down once, so that the same use costs the same
/// however often it is reckoned.
struct Reckoning {
  let usages: [ResourceID: Usage]
  let zone: Zone
  /// Each price with what it is paid for, where that is counted; what nobody counts stands for one.
  let things: [(thing: PricedThing, use: Use?)]

  init(_ spec: BudgetSpec, _ context: PlanContext) {
    usages = context.usages
    zone = context.environment.zone
    things = spec.prices.map { thing in (thing, context.facts.use(of: thing.name)) }
  }

  /// The meters of a month as they stand at `instant`, in the order of the prices.
  func meters(of month: CivilMonth, at instant: Instant) -> [Meter] {
    let span = month.span(in: zone)
    let now = max(span.lowerBound, min(instant, span.upperBound))
    return things.map { thing, use in
      guard let use, thing.price.per != .month else {
        return Meter(
          thing.price, count: use?.written ?? 1, units: now.microseconds - span.lowerBound.microseconds,
          rate: 1,
          unitsToCome: span.upperBound.microseconds - now.microseconds, month: span)
      }
      let usage = usages[use.publisher]
      return Meter(
        thing.price, count: 1, units: usage?.used(in: month, until: instant, in: zone) ?? 0,
        rate: usage?.quantity ?? 0, unitsToCome: unitsToCome(use, from: now, to: span.upperBound), month: span
      )
    }
  }

  /// What is in use now goes on until the written hours change next; after that it is as written.
  private func unitsToCome(_ use: Use, from start: Instant, to end: Instant) -> Int64 {
    guard start < end else { return 0 }
    let change = min(use.hours.nextChange(after: start, in: zone) ?? end, end)
    let quantity = use.now ?? usages[use.publisher]?.quantity ?? 0
    let open = use.hours.openTime(from: change, to: end, in: zone).components
    return quantity * (change.microseconds - start.microseconds)
      + use.written * (open.seconds * 1_000_000 + open.attoseconds / 1_000_000_000_000)
  }

  /// What a price costs in a stretch of any length, of which `units` were in use where they are counted.
  func cost(of thing: PricedThing, _ use: Use?, over stretch: Range<Instant>, units: Int64?) -> Money {
    var sum: Int64 = 0
    var month = CivilMonth(of: stretch.lowerBound, in: zone)
    if let units, thing.price.per != .month {
      return Meter(thing.price, count: 1, units: units, rate: 0, unitsToCome: 0, month: stretch).cost()
    }
    while month.start(in: zone) < stretch.upperBound {
      let whole = month.span(in: zone)
      let part = whole.clamped(to: stretch)
      sum +=
        Meter(
          thing.price, count: use?.written ?? 1,
          units: part.upperBound.microseconds - part.lowerBound.microseconds, rate: 0, unitsToCome: 0,
          month: whole
        ).cost().microdollars
      month = month.next
    }
    return Money(microdollars: sum)
  }
}

/// What one price has counted, and how it goes on.
struct Meter {
  /// What a unit costs `period` times over, in millionths of a dollar.
  private let amount: Int128
  private let period: Int128
  /// What was counted so far: quantity times microseconds.
  private let units: Int64
  /// What each microsecond adds now.
  private let rate: Int64
  /// What is still to come until the month ends.
  private let unitsToCome: Int64

  init(
    _ price: Price, count: Int64, units: Int64, rate: Int64, unitsToCome: Int64, month: Range<Instant>
  ) {
    amount = Int128(price.amount.microdollars) * Int128(count)
    period =
      switch price.per {
      case .hour: 3_600_000_000
      case .day: 86_400_000_000
      case .month: Int128(month.upperBound.microseconds - month.lowerBound.microseconds)
      }
    self.units = units
    self.rate = rate
    self.unitsToCome = unitsToCome
  }

  /// What it has cost, or will have in so many microseconds if nothing changes.
  func cost(in microseconds: Int64 = 0) -> Money {
    cost(of: Int128(units) + Int128(rate) * Int128(microseconds))
  }

  /// What it will have cost when the month ends.
  var costAtEnd: Money { cost(of: Int128(units) + Int128(unitsToCome)) }

  private func cost(of units: Int128) -> Money {
    Money(microdollars: Int64(clamping: amount * units / period))
  }
}

extension [Meter] {
  /// What all of them have cost, or will have in so many microseconds if nothing changes.
  func cost(in microseconds: Int64 = 0) -> Money {
    Money(microdollars: reduce(0) { $0 + $1.cost(in: microseconds).microdollars })
  }

  /// What all of them will have cost when the month ends.
  var costAtEnd: Money { Money(microdollars: reduce(0) { $0 + $1.costAtEnd.microdollars }) }
}
