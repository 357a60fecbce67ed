/// A time zone: which offset from UTC holds at which instant.
///
/// A zone comes from the bytes of a TZif file (RFC 8536), read by whoever may read files; see
/// ``ZoneDatabase``.
public struct Zone: Sendable {
  /// The name it was asked for by: `Europe/Berlin`, `UTC`.
  public let name: String

  let rules: ZoneRules

  init(name: String, rules: ZoneRules) {
    self.name = name
    self.rules = rules
  }

  /// Universal time, known without a file.
  public static let utc = Zone(
    name: "UTC", rules: ZoneRules(initial: Offset(seconds: 0, isDaylightSaving: false, abbreviation: "UTC")))

  /// Reads a zone from the bytes of its TZif file, versions 1 to 4 (version 4 differs only in leap seconds).
  ///
  /// - Throws: ``CalendarError`` if the bytes are not TZif, are cut off, or count leap seconds.
  public init(name: String, tzif: [UInt8]) throws(CalendarError) {
    do {
      self.init(name: name, rules: try TZif.read(tzif))
    } catch {
      throw CalendarError("the data of time zone \(name) cannot be read: \(error.message)")
    }
  }

  /// What a zone's clocks show relative to UTC during some stretch of time.
  public struct Offset: Sendable, Hashable {
    /// Seconds to add to UTC; east is positive.
    public let seconds: Int
    /// Whether the zone calls this daylight saving time.
    public let isDaylightSaving: Bool
    /// The zone's short name then: `CET`, `CEST`, `+0330`.
    public let abbreviation: String
  }

  /// A moment at which the offset changes.
  public struct Transition: Sendable, Hashable {
    /// The first instant with the new offset.
    public let instant: Instant
    /// The offset until then.
    public let before: Offset
    /// The offset from then on.
    public let after: Offset

    /// How far the clocks jump: positive for a gap, negative for an overlap.
    public var jump: Duration { .seconds(after.seconds - before.seconds) }
  }

  /// The instants at which a zone's wall clock shows a given reading.
  public enum Mapping: Sendable, Hashable {
    /// It is shown once.
    case once(Instant)
    /// It is never shown: clocks jumped over it, at this transition.
    case skipped(Transition)
    /// It is shown twice: clocks were put back.
    case twice(first: Instant, second: Instant)

    /// The first moment at which the wall shows at least this reading: the gap's end, the first of two.
    public var earliest: Instant {
      switch self {
      case .once(let instant): instant
      case .skipped(let transition): transition.instant
      case .twice(let first, _): first
      }
    }

    /// The last moment at which the wall begins to show it: the gap's end, the second of two.
    public var latest: Instant {
      switch self {
      case .once(let instant): instant
      case .skipped(let transition): transition.instant
      case .twice(_, let second): second
      }
    }
  }
}

extension Zone: Hashable, CustomStringConvertible {
  /// Two zones are the same if they have the same name and the same rules.
  public static func == (left: Zone, right: Zone) -> Bool {
    left.name == right.name && (left.rules === right.rules || left.rules == right.rules)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
  }

  public var description: String { name }
}
