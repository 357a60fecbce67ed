import Fixtures
import Testing

@testable import Calendar

/// `systemd-analyze calendar` decides what an expression means: thousands of generated ones are asked of
/// both.
@Suite("systemd-analyze as the referee", .enabled(if: Machine.runsRefereeTests), .serialized)
struct CalendarRefereeTests {
  static let zoneNames = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tehran", "Africa/Casablanca",
    "America/Sao_Paulo", "UTC", "America/Havana", "Europe/Dublin", "Pacific/Chatham", "Pacific/Apia",
    "America/St_Johns",
    "Asia/Beirut", "Antarctica/Troll",
  ]

  @Test(
    "valid or not, normalized form and next fires agree, in the zone of the machine", arguments: zoneNames)
  func local(name: String) throws {
    let zone = try Machine.zones.zone(name)
    var generator = Dice(seed: Dice.seed ^ stableHash(name))
    for round in 0..<8 {
      let base = base(for: zone, round: round, using: &generator)
      let texts = (0..<25).map { _ in CalendarTexts.any(using: &generator) }
      compare(texts, base: base, zone: zone, timeZone: name)
    }
  }

  @Test("a zone written in the expression counts, not the machine's", arguments: zoneNames)
  func written(name: String) throws {
    let zone = try Machine.zones.zone(name)
    var generator = Dice(seed: Dice.seed ^ stableHash(name) &+ 1)
    for round in 0..<3 {
      let base = base(for: zone, round: round, using: &generator)
      let texts = (0..<10).map { _ in CalendarTexts.any(using: &generator) + " " + name }
      compare(texts, base: base, zone: .utc, timeZone: "UTC")
    }
  }

  @Test("the expressions operators write agree across a year of clock changes", arguments: zoneNames)
  func common(name: String) throws {
    let zone = try Machine.zones.zone(name)
    let texts = [
      "minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "yearly",
      "Mon..Fri 08:00",
      "*-*-* 00:00", "*-*-* 02:30", "*:0/20", "*-*~1", "Mon *-*~07/1 03:00", "*-*-1/9 0/5:15",
      "Sun 02:00..03:59/10",
    ]
    var cursor = moment("2015-12-31T00:00:00Z")
    for _ in 0..<3 {
      guard let change = zone.nextTransition(after: cursor)?.instant else { return }
      for hours in [-26, -1, 0, 1] {
        compare(texts, base: change + .seconds(hours * 3600 + 600), zone: zone, timeZone: name)
      }
      cursor = change
    }
  }

  private func base(for zone: Zone, round: Int, using generator: inout Dice) -> Instant {
    let anywhere = Instant(seconds: .random(in: 40_000_000...4_100_000_000, using: &generator))
    guard round % 4 != 3, let change = zone.nextTransition(after: anywhere) else { return anywhere }
    let near = round % 2 == 0 ? 7200 : 3 * 86_400
    return Instant(
      seconds: (change.instant + .seconds(Int.random(in: -near...near, using: &generator))).seconds)
  }

  private func compare(_ texts: [String], base: Instant, zone: Zone, timeZone: String) {
    let rulings = Ruling.of(texts, base: base, timeZone: timeZone)
    #expect(rulings.count == texts.count, "the output of systemd-analyze was not understood")
    for (text, ruling) in zip(texts, rulings) {
      let expression = try? CalendarExpression(text, zones: Machine.zones)
      let context: Comment = "\(text) after \(base) (@\(base.seconds)) TZ=\(timeZone)"
      switch ruling {
      case .refused:
        #expect(expression == nil, context)
      case .gaveUp:
        // Its loop guard; here the expression goes on firing or says that it never will.
        #expect(expression != nil, context)
      case .fires(let normalized, let seconds):
        #expect(expression?.description == normalized, context)
        var cursor = base
        var fires: [Int64] = []
        while fires.count < Ruling.iterations, let next = expression?.next(after: cursor, in: zone) {
          fires.append(next.seconds)
          cursor = next
        }
        // Its fires that are no later than the moment asked about are the other deviation written there.
        let goesBack = zip([base.seconds] + seconds, seconds).contains { $1 < $0 }
        let isKnown =
          goesBack || stopsAtStandardGap(seconds, fires, base: base, zone: expression?.zone ?? zone)
          || takesOtherShowing(seconds, fires, zone: expression?.zone ?? zone)
        #expect(fires == seconds || isKnown, context)
      }
    }
  }

  /// Whether systemd stops where standard time jumps forward, as ``CalendarExpression`` says it may.
  private func stopsAtStandardGap(_ ruled: [Int64], _ fires: [Int64], base: Instant, zone: Zone) -> Bool {
    guard ruled.count < fires.count, fires.starts(with: ruled) else { return false }
    let end = Instant(seconds: fires[ruled.count])
    var cursor = ruled.last.map { Instant(seconds: $0) } ?? base
    while let change = zone.nextTransition(after: cursor), change.instant <= end {
      if change.jump > .zero, change.before.isDaylightSaving == change.after.isDaylightSaving { return true }
      cursor = change.instant
    }
    return false
  }

  /// Whether systemd takes times that standard time shows twice at their other showing, as ``CalendarExpression`` says.
  private func takesOtherShowing(_ ruled: [Int64], _ fires: [Int64], zone: Zone) -> Bool {
    guard ruled.count == fires.count else { return false }
    return zip(ruled, fires).filter(!=).allSatisfy { ruled, fire in
      guard let change = zone.nextTransition(after: Instant(seconds: min(ruled, fire))) else { return false }
      return change.before.isDaylightSaving == change.after.isDaylightSaving
        && .seconds(abs(ruled - fire)) == .zero - change.jump
    }
  }

  private func stableHash(_ text: String) -> UInt64 {
    text.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  }
}

/// What systemd-analyze says of one expression.
enum Ruling {
  case refused
  /// "Infinite loop in calendar calculation".
  case gaveUp
  case fires(normalized: String, seconds: [Int64])

  static let iterations = 6

  static func of(_ texts: [String], base: Instant, timeZone: String) -> [Ruling] {
    let command = [
      "systemd-analyze", "calendar", "--base-time=@\(base.seconds)", "--iterations=\(iterations)", "--",
    ]
    let (output, _) = Machine.run(command + texts, timeZone: timeZone)
    var refused: Set<String> = []
    var gaveUp: Set<String> = []
    var blocks: [(normalized: String, seconds: [Int64])] = []
    for line in output.split(separator: "\n").map(String.init) {
      if let text = quoted(line, after: "Failed to parse calendar specification '") { refused.insert(text) }
      if let text = quoted(line, after: "Failed to determine next elapse for '") { gaveUp.insert(text) }
      guard let colon = line.firstIndex(of: ":") else { continue }
      let label = line[..<colon].drop { $0 == " " }
      let value = line[colon...].dropFirst(2)
      switch label {
      case "Normalized form": blocks.append((String(value), []))
      case "(in UTC)": blocks[blocks.count - 1].seconds.append(second(of: value))
      // In UTC there is no line for UTC.
      case _
      where timeZone == "UTC" && value != "never" && (label == "Next elapse" || label.hasPrefix("Iter")):
        blocks[blocks.count - 1].seconds.append(second(of: value))
      default: continue
      }
    }
    var remaining = blocks[...]
    return texts.compactMap { text in
      if refused.contains(text) { return .refused }
      if gaveUp.contains(text) { return .gaveUp }
      return remaining.popFirst().map { .fires(normalized: $0.normalized, seconds: $0.seconds) }
    }
  }

  private static func quoted(_ line: String, after prefix: String) -> String? {
    guard line.hasPrefix(prefix), let end = line.lastIndex(of: "'") else { return nil }
    return String(line[line.index(line.startIndex, offsetBy: prefix.count)..<end])
  }

  /// `Sat 2026-10-24 11:00:00 UTC` as seconds; a text that is none gives a number no fire has.
  private static func second(of text: Substring) -> Int64 {
    let words = text.split(separator: " ")
    guard words.count == 4, let instant = Instant(rfc3339: "\(words[1])T\(words[2])Z") else { return .min }
    return instant.seconds
  }
}
