import Calendar
import Reconciliation
import StatusAPI

/// A stretch of the log on its way to becoming a report: a fold over its events, oldest first. Pure, and no larger than
/// what it tells, however many events it hears.
struct Chronicle: Sendable {
  let from: Instant
  let to: Instant
  /// The zone of each environment that is written now; the others count their days in UTC.
  let zones: [String: Zone]

  var environments: [String: EnvironmentChronicle] = [:]
  var waits = Waits()
  var findings = Findings()
  var failures: [FailureKey: ReportedFailure] = [:]
  var deeds = Newest<ReportedDeed>()
  var notes = Newest<ReportedDeed>()
  var refusals: [RefusalKey: ReportedRefusal] = [:]
  var starts = 0
  var events = 0
  var isCutOff = false

  struct FailureKey: Hashable, Sendable {
    let scope: Scope
    let verb: String
  }

  struct RefusalKey: Hashable, Sendable {
    let actor: String
    let message: String
  }

  init(from: Instant, to: Instant, zones: [String: Zone]) {
    self.from = from
    self.to = to
    self.zones = zones
  }

  /// The kinds of events of which the newest before the stretch says how things stood when it began.
  static let standing: Set<EventKind> = [
    .started, .stopping, .waiting, .intended, .finding, .cleared, .unknown, .known,
  ]

  /// Hears an event from before the stretch.
  mutating func recall(_ event: Event) {
    stand(event, at: from)
    waits.hear(event)
    findings.hear(event, from: from)
  }

  /// Hears the next event of the stretch.
  mutating func hear(_ event: Event) {
    events += 1
    stand(event, at: event.at)
    waits.hear(event)
    findings.hear(event, from: from)
    switch event.kind {
    case .done, .failed: work(event)
    case .denied: refuse(event)
    case .opened, .closed, .ended, .suspended, .resumed, .requested, .approved, .revealed:
      deeds.append(ReportedDeed(event))
    case .started:
      starts += 1
      notes.append(ReportedDeed(event))
    case .stopping, .clock, .adopted, .refused, .released, .interrupted, .unconfirmed, .lapsed:
      notes.append(ReportedDeed(event))
    default: break
    }
  }

  private mutating func work(_ event: Event) {
    guard let scope = event.scope, let controller = scope.controller else { return }
    let verb = event.body["verb"].text ?? ""
    let isDone = event.kind == .done
    let key = FailureKey(scope: scope, verb: verb)
    if isDone {
      if failures[key] != nil { failures[key]?.doneAt = event.at }
    } else {
      failures[key, default: ReportedFailure(event, scope, verb)].fail(event)
    }
    change(scope.environment) { $0.work(event, controller, verb, isDone: isDone) }
  }

  private mutating func change(_ name: String, _ body: (inout EnvironmentChronicle) -> Void) {
    body(&environments[name, default: EnvironmentChronicle(from: from, to: to, zone: zones[name] ?? .utc)])
  }

  private mutating func refuse(_ event: Event) {
    let more = event.body["more"].int
    let message = more == nil ? event.message : "and more"
    let key = RefusalKey(actor: event.actor, message: message)
    // Whoever knocks with ever new words is told of in part; the log has all of it.
    guard refusals[key] != nil || refusals.count < ReportBody.rowsMax else { return }
    refusals[
      key, default: ReportedRefusal(actor: event.actor, message: message, times: 0, lastAt: event.at)
    ].times += Int(more ?? 1)
    refusals[key]?.lastAt = event.at
  }

  /// What the event says of how things stand from `instant` on.
  private mutating func stand(_ event: Event, at instant: Instant) {
    switch event.kind {
    case .started, .stopping:
      for name in environments.keys {
        environments[name]?.track.isStopped = event.kind == .stopping
        environments[name]?.track.note(instant)
      }
    default:
      guard let scope = event.scope else { return }
      change(scope.environment) { environment in
        if event.kind == .usage, let quantity = event.body["quantity"].int {
          environment.use(quantity, of: scope, at: instant)
        } else {
          environment.stand(event, scope, at: instant)
        }
      }
    }
  }
}

/// The newest of many, as many as a report shows.
struct Newest<Element: Sendable>: Sendable {
  private var kept: [Element] = []

  mutating func append(_ element: Element) {
    kept.append(element)
    // Thrown away in bulk, so that a long log is not moved by one for each event.
    if kept.count >= 2 * ReportBody.rowsMax { kept.removeFirst(kept.count - ReportBody.rowsMax) }
  }

  var all: [Element] { Array(kept.suffix(ReportBody.rowsMax)) }
}

extension ReportedDeed {
  init(_ event: Event) {
    self.init(
      sequence: event.sequence, at: event.at, actor: event.actor, kind: event.kind.rawValue,
      severity: event.severity.rawValue, scope: event.scope.map { "\($0)" }, message: event.message)
  }
}

extension ReportedFailure {
  init(_ event: Event, _ scope: Scope, _ verb: String) {
    self.init(
      scope: "\(scope)", verb: verb, severity: event.severity.rawValue, message: event.message, times: 0,
      from: event.at, to: event.at)
  }

  mutating func fail(_ event: Event) {
    times += 1
    to = event.at
    message = event.message
    severity = event.severity.rawValue
    doneAt = nil
  }
}
