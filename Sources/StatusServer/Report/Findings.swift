import Calendar
import Reconciliation
import StatusAPI

/// What was not as it should be, from when to when.
struct Findings: Sendable {
  private var known: [Key: Story] = [:]

  private struct Key: Hashable, Sendable {
    let scope: Scope
    let code: String
  }

  private struct Story: Sendable {
    var told: ReportedFinding
    var severity: Severity
    var openSince: Instant?
  }

  /// Events from before `from` say what stood then.
  mutating func hear(_ event: Event, from: Instant) {
    guard let scope = event.scope else { return }
    switch event.kind {
    case .finding:
      guard let code = event.body["code"].text else { return }
      open(Key(scope: scope, code: code), event, from: from)
    case .unknown: open(Key(scope: scope, code: "unknown"), event, from: from)
    case .cleared:
      guard let code = event.body["code"].text else { return }
      close(Key(scope: scope, code: code), event, from: from)
    case .known: close(Key(scope: scope, code: "unknown"), event, from: from)
    default: break
    }
  }

  private mutating func open(_ key: Key, _ event: Event, from: Instant) {
    let isBefore = event.at < from
    var story =
      known[key]
      ?? Story(
        told: ReportedFinding(
          scope: "\(key.scope)", code: key.code, severity: event.severity.rawValue, message: "", mend: "",
          times: 0, from: event.at, seconds: 0, isOpen: true), severity: event.severity)
    // The same finding with another severity did not come up anew.
    if story.openSince == nil {
      story.openSince = event.at
      if !isBefore { story.told.times += 1 }
    }
    story.severity = max(story.severity, event.severity)
    story.told.severity = story.severity.rawValue
    story.told.message = event.message
    story.told.mend = event.body["mend"].text ?? ""
    story.told.place = event.body["place"].text
    story.told.isOpen = true
    known[key] = story
  }

  private mutating func close(_ key: Key, _ event: Event, from: Instant) {
    guard event.at >= from else {
      // It was over before the stretch began.
      known[key] = nil
      return
    }
    guard var story = known[key], let since = story.openSince else { return }
    story.told.seconds += max(since, from).distance(to: event.at).components.seconds
    story.told.isOpen = false
    story.openSince = nil
    known[key] = story
  }

  /// All of it, the worst first; what still stands has stood until `end`.
  func all(from: Instant, to end: Instant) -> [ReportedFinding] {
    known.values.map { story in
      var told = story.told
      if let since = story.openSince { told.seconds += max(since, from).distance(to: end).components.seconds }
      return (told, story.severity)
    }.sorted { left, right in
      if left.0.isOpen != right.0.isOpen { return left.0.isOpen }
      if left.1 != right.1 { return left.1 > right.1 }
      return (right.0.seconds, left.0.scope, left.0.code) < (left.0.seconds, right.0.scope, right.0.code)
    }.map(\.0)
  }
}
