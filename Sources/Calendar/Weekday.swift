/// A day of the week, Monday first as in ISO 8601 and in systemd.
public enum Weekday: Int, Sendable, Hashable, CaseIterable, Comparable, CustomStringConvertible {
  case monday, tuesday, wednesday, thursday, friday, saturday, sunday

  /// The day of the week of the day so many days after 1970-01-01, a Thursday.
  public init(daysSinceEpoch days: Int) {
    self = Self.allCases[(days + 3).flooredRemainder(7)]
  }

  /// The three letters systemd writes: `Mon`.
  public var description: String { String(fullName.prefix(3)) }

  /// The whole English name: `Monday`.
  public var fullName: String {
    switch self {
    case .monday: "Monday"
    case .tuesday: "Tuesday"
    case .wednesday: "Wednesday"
    case .thursday: "Thursday"
    case .friday: "Friday"
    case .saturday: "Saturday"
    case .sunday: "Sunday"
    }
  }

  public static func < (left: Weekday, right: Weekday) -> Bool { left.rawValue < right.rawValue }
}
