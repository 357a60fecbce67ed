import Calendar
import Reconciliation
import StatusAPI

extension ForecastBody {
  /// The lines of a forecast that a caller may see: what begins, what is found, what waits. That an action
  /// which is taken to succeed has succeeded is no news.
  init(
    _ forecast: Forecast, from start: Instant, to end: Instant, of environment: String?, linesMax: Int,
    to sight: Sight
  ) {
    let untold: Set<EventKind> = [.done, .known, .clock]
    let told = forecast.events.lazy.filter { event in
      !untold.contains(event.kind) && sight.reaches(event.scope?.environment)
        && (environment == nil || event.scope?.environment == environment)
    }
    let lines = told.prefix(linesMax + 1).map { ForecastLine($0) }
    self.init(
      from: start, to: end, lines: Array(lines.prefix(linesMax)),
      isCutOff: forecast.isCutOff || lines.count > linesMax)
  }
}

extension ForecastLine {
  init(_ event: Event) {
    let isAction = event.kind == .intended
    self.init(
      at: event.at, scope: event.scope.map { "\($0)" }, kind: event.kind.rawValue,
      verb: isAction ? event.body["verb"].text : nil, risk: isAction ? event.body["risk"].text : nil,
      severity: event.severity.rawValue, message: event.message)
  }
}
