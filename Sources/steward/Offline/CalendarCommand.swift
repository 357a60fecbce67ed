import ArgumentParser
import Calendar
import Host

/// `steward calendar EXPR`: when a calendar expression fires, as `systemd-analyze calendar` would say.
struct CalendarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calendar",
    abstract: "Show when a calendar expression fires.",
    discussion: """
      EXPR is what systemd calls a calendar event, such as "Mon..Fri 08:00" or "*-*~1 03:00 Europe/Berlin".
      Needs no daemon.
      """)

  @Argument(help: "A calendar expression.")
  var expression: String

  @Option(help: ArgumentHelp("The moment after which to look; now unless given.", valueName: "moment"))
  var after: Moment?

  @Option(help: "How many times to show.")
  var count = 1

  @Option(
    help: "The time zone, where the expression names none; this machine's unless given.",
    completion: .shellCommand("timedatectl list-timezones 2>/dev/null"))
  var zone: String?

  @Flag(help: "Print an array of RFC 3339 instants.")
  var json = false

  func validate() throws {
    guard (1...100_000).contains(count) else { throw ValidationError("--count is from 1 to 100000") }
  }

  func run() throws {
    let zones = SystemZones.database
    let home =
      try zone.map { name in try asked { () throws(CalendarError) in try zones.zone(name) } }
      ?? SystemZones.local
    let parsed = try asked { () throws(CalendarError) in try CalendarExpression(expression, zones: zones) }
    let now = SystemClock().now
    var fires: [Instant] = []
    var last = try after?.instant(from: now) ?? now
    while fires.count < count, let next = parsed.next(after: last, in: home) {
      fires.append(next)
      last = next
    }
    if json {
      print("[" + fires.map { "\"\($0)\"" }.joined(separator: ",") + "]")
      return
    }
    show(parsed, fires, SystemdWords(zone: home, now: now))
  }

  /// As systemd lays it out: labels end in one column, UTC besides where the zone is another.
  private func show(_ parsed: CalendarExpression, _ fires: [Instant], _ words: SystemdWords) {
    func line(_ label: String, _ text: String) {
      print(String(repeating: " ", count: max(0, 15 - label.count)) + "\(label): \(text)")
    }
    if "\(parsed)" != expression { line("Original form", expression) }
    line("Normalized form", "\(parsed)")
    if fires.isEmpty { line("Next elapse", "never") }
    for (index, fire) in fires.enumerated() {
      line(index == 0 ? "Next elapse" : "Iter. #\(index + 1)", words.moment(fire))
      if words.zone != .utc { line("(in UTC)", words.moment(fire, in: .utc)) }
      line("From now", words.distance(fire))
    }
  }

  private func asked<Value>(_ body: () throws(CalendarError) -> Value) throws -> Value {
    do { return try body() } catch { throw ValidationError("\(error)") }
  }
}
