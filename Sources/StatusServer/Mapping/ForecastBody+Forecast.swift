import Calendar
import Reconciliation
import Specification
import StatusAPI

extension ForecastBody {
  /// The reducer of `snapshot` run forward to `end`, or until `isOver` says that it has taken too long: the lines that a caller may see, and what
  /// it costs. Nothing is run that he may not see.
  init(
    _ snapshot: Snapshot, to end: Instant, of environment: String?, linesMax: Int, to sight: Sight,
    isOver: @escaping () -> Bool
  ) {
    func isSeen(_ name: String?) -> Bool {
      sight.reaches(name) && (environment == nil || name == environment)
    }
    let reconciler = snapshot.reconciler.alone(snapshot.reconciler.environments.keys.filter(isSeen))
    var occasions = Occasions()
    let forecast = Forecast(
      of: reconciler, from: snapshot.now, to: end, isOver: isOver
    ) { event, reconciler in
      if isSeen(event.scope?.environment) { occasions.take(event, in: reconciler) }
    }
    let lines = occasions.all.map { ForecastLine($0) }
    self.init(
      from: snapshot.now, to: forecast.reached, lines: Array(lines.prefix(linesMax)),
      linesLeftOut: max(0, lines.count - linesMax), isCutOff: forecast.isCutOff,
      costs: forecast.bills(since: reconciler, at: snapshot.now)
        .sorted { $0.key < $1.key }.map { CostBody($0.value, of: $0.key) })
  }
}

extension ForecastLine {
  init(_ occasion: Occasion) {
    let isAction = occasion.kind == .intended
    self.init(
      at: occasion.at, count: occasion.count, last: occasion.last, scope: occasion.scope.map { "\($0)" },
      kind: occasion.kind.rawValue, verb: isAction ? occasion.word : nil, risk: occasion.risk,
      severity: occasion.severity.rawValue, message: occasion.message, rule: occasion.rule,
      place: occasion.place.map { PlaceBody($0) }, until: occasion.until)
  }
}

extension CostBody {
  init(_ bill: Bill, of environment: String) {
    self.init(
      environment: environment, total: Amount(bill.total),
      items: bill.items.map { Item(name: $0.name, price: $0.price, amount: Amount($0.amount)) },
      monthly: Amount(bill.monthly),
      months: bill.months.map {
        Month(
          month: "\($0.month)", amount: Amount($0.amount), isProjected: $0.isProjected,
          isOver: $0.amount > bill.monthly)
      })
  }
}

extension CostBody.Amount {
  init(_ money: Money) { self.init(microdollars: money.microdollars, text: money.cents) }
}
