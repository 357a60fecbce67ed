import Calendar
import Reconciliation

/// All that a run is made of: a function of the seed and the years.
public struct Script: Sendable {
  /// The seed.
  public let seed: UInt64
  /// How long it lasts by a clock that nobody sets.
  public let length: Duration
  /// What the wall shows at its start.
  let start: Instant
  /// Until when there are faults; after it everything must converge.
  let calmFrom: Duration
  /// From when nothing at all happens but time, so that a forecast can be held against it.
  let stillFrom: Duration
  /// How long the kernel leaves a resource unlooked at.
  let lookEvery: Duration
  var drafts: [Draft]
  var incidents: [Incident]

  /// The calm in which everything must converge, and what of it is left to time alone.
  static let calm = Duration.seconds(30 * 86_400)
  static let still = Duration.seconds(6 * 86_400)

  /// The script of a seed over so many days, no fewer than ``daysMin``.
  public init(seed: UInt64, days: Int) {
    self.seed = seed
    var dice = Dice(seed, "script")
    length = .seconds(max(days, Script.daysMin) * 86_400)
    calmFrom = length - Script.calm
    stillFrom = length - Script.still
    start = Script.beginning(&dice)
    lookEvery = .seconds(dice.one(of: [6, 12, 12, 12]) * 3_600)
    drafts = Draft.all(seed)
    incidents = []
    incidents = Script.troubles(dice, drafts, until: calmFrom).enumerated().map {
      Incident(index: $0.offset, at: $0.element.at, trouble: $0.element.trouble)
    }
  }

  /// Days that are not like others: leap days, changes of clocks in spring and autumn in the zones of the drafts, the turn
  /// of a year.
  private static let specialDays = [
    "2024-02-29", "2028-02-29", "2026-03-29", "2027-03-14", "2026-10-25", "2025-11-02", "2027-04-04",
    "2026-12-31",
  ].compactMap { Instant(rfc3339: "\($0)T00:00:00Z") }

  /// Half of all runs come to a special day within their first months; the others begin on any day of some years.
  private static func beginning(_ dice: inout Dice) -> Instant {
    let day =
      dice.percent(50)
      ? dice.one(of: specialDays) - .seconds(Int64(dice.below(45)) * 86_400)
      : Instant(seconds: 1_700_000_000 + Int64(dice.below(8 * 365)) * 86_400)
    return day + .seconds(Int64(dice.below(86_400)))
  }

  /// The shortest run: a month of trouble and one of calm.
  public static let daysMin = 60
}

extension Script {
  typealias Timed = (at: Duration, trouble: Trouble)

  /// Storms of a day or two in which everything goes wrong at once, and single troubles in between: a fault after a quiet
  /// month meets another state of affairs than one after another fault.
  private static func troubles(_ dice: Dice, _ drafts: [Draft], until end: Duration) -> [Timed] {
    var dice = dice
    let span = Int(end.components.seconds)
    var found: [Timed] = []
    for _ in 0..<max(1, span / (45 * 86_400)) {
      let storm = dice.below(max(1, span - 2 * 86_400))
      for _ in 0..<dice.number(15...40) {
        found.append((.seconds(storm) + dice.seconds(0...(36 * 3_600)), Trouble.drawn(drafts, &dice)))
      }
    }
    for _ in 0..<max(4, span / (6 * 86_400)) {
      found.append((dice.seconds(0...span), Trouble.drawn(drafts, &dice)))
    }
    // Clocks that are wrong for good are set right before the calm.
    return found.filter { $0.at < end }.sorted { $0.at < $1.at }
  }
}
