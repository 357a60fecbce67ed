import Calendar
import StatusAPI

/// The parts that several explanations have.
extension Page {
  /// The moment, with its zone: everything below is written in it.
  mutating func addNow(_ when: When) { add("now", "\(when.moment(when.now)) \(when.zone)") }

  /// Which version of the file is in force, and whether a newer one is not.
  mutating func add(_ file: FileBody, _ when: When) {
    let since = file.adopted.map { " since \(when.moment($0.at)), event \($0.sequence)" } ?? ""
    let version = file.digest.map { " (version \($0.prefix(12)))" } ?? ""
    add(
      "file",
      file.digest == nil ? "\(file.path): no version in force" : "\(file.path) in force\(since)\(version)")
    guard let refusal = file.refusal else { return }
    let force = refusal.lastGoodIsInForce ? "the version above stays in force" : "nothing is kept"
    add(
      "refused",
      "a newer version has \(refusal.mistakeCount == 1 ? "a mistake" : "\(refusal.mistakeCount) mistakes"); \(force)",
      nil, .bad)
    for mistake in refusal.mistakes { add("mend", mistake.message, mistake.place) }
  }

  /// An order in force.
  mutating func add(_ order: OrderBody, _ when: When) {
    let what =
      switch order.kind {
      case "open": "held open"
      case "close": "held closed"
      default: "suspended: watched and planned, not touched"
      }
    let end = order.until.map { ", until \(when.moment($0)), \(when.distance($0))" } ?? ", until resumed"
    add(
      "order",
      "\(order.scope) is \(what), by \(order.owner)\(end): \(order.reason) (event \(order.sequence))",
      nil, .caution)
  }

  /// Something that must happen first: what, who ends it, when.
  mutating func add(_ wait: WaitBody, _ when: When, label: String = "waits") {
    add(label, wait.reason, wait.place, .caution)
    let end = wait.until.map { "\(when.moment($0)), \(when.distance($0))" }
    if wait.endedBy == "time" {
      add("ended by", end.map { "time: \($0)" } ?? "time")
    } else {
      add("ended by", wait.endedBy + (end.map { "; by itself \($0)" } ?? ""))
    }
  }

  /// The event that led here, and what led to that.
  mutating func add(trail: [EventBody], _ when: When) {
    var isFirst = true
    var shown: EventBody?
    for event in trail {
      // That an action began says nothing beside that it ended.
      if event.kind == "intended", let shown, shown.cause == event.sequence, shown.kind != "waiting" {
        continue
      }
      add(isFirst ? "led here" : "because of", words(event, when))
      isFirst = false
      shown = event
    }
    guard let root = trail.last else {
      add("led here", "no event yet: it has not been touched since the log began")
      return
    }
    if root.actor == "steward", !["adopted", "refused", "released", "interrupted"].contains(root.kind) {
      add("because of", "no order and no edit: the hour, or what was observed")
    }
  }

  private func words(_ event: EventBody, _ when: When) -> String {
    let name = event.name.split(separator: ".").suffix(2).joined(separator: " ")
    let by = event.actor == "steward" ? "stewardd" : event.actor
    return "event \(event.sequence), \(when.moment(event.at)), by \(by): \(name): \(event.message)"
  }
}
