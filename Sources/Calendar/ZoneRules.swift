/// A zone's offsets over all time, as sorted changes: immutable, shared by every copy of its ``Zone``.
final class ZoneRules: Sendable {
  /// A stretch of time with one offset, `start..<end` in seconds since the epoch.
  struct Span {
    var start: Int64
    var end: Int64
    /// Index into ``ZoneRules/offsets``.
    var offset: Int
  }

  /// The distinct offsets; the first holds before all changes.
  let offsets: [Zone.Offset]

  /// When the offset changes, ascending, in seconds since the epoch.
  private let changes: [Int64]

  /// Which offset each change begins.
  private let kinds: [UInt8]

  /// The second from which on everything repeats each 400 Gregorian years; nil if the last offset holds for
  /// ever.
  ///
  /// The footer's rule is written out for one such cycle, so a look-up far ahead folds back into it.
  private let repeatsFrom: Int64?

  static let cycle: Int64 = 146_097 * 86_400

  init(initial: Zone.Offset) {
    offsets = [initial]
    changes = []
    kinds = []
    repeatsFrom = nil
  }

  init(offsets: [Zone.Offset], changes: [(second: Int64, offset: Int)], repeatsFrom: Int64?) {
    self.offsets = offsets
    self.changes = changes.map(\.second)
    kinds = changes.map { UInt8($0.offset) }
    self.repeatsFrom = repeatsFrom
  }

  func offset(atSecond second: Int64) -> Zone.Offset {
    offsets[span(atSecond: second).offset]
  }

  /// The stretch of one offset in which a second lies.
  func span(atSecond second: Int64) -> Span {
    if let repeatsFrom, second >= repeatsFrom + Self.cycle {
      let shift = (second - repeatsFrom) / Self.cycle * Self.cycle
      var span = spanInTable(second - shift)
      // The table goes on a little past one cycle, so an end is only unknown when nothing ever changes.
      span.start += shift
      if span.end != .max { span.end += shift }
      return span
    }
    return spanInTable(second)
  }

  private func spanInTable(_ second: Int64) -> Span {
    var low = 0
    var high = changes.count
    while low < high {
      let middle = (low &+ high) / 2
      if changes[middle] <= second { low = middle &+ 1 } else { high = middle }
    }
    return Span(
      start: low == 0 ? .min : changes[low - 1], end: low == changes.count ? .max : changes[low],
      offset: low == 0 ? 0 : Int(kinds[low - 1]))
  }
}

extension ZoneRules: Equatable {
  static func == (left: ZoneRules, right: ZoneRules) -> Bool {
    left.offsets == right.offsets && left.changes == right.changes && left.kinds == right.kinds
      && left.repeatsFrom == right.repeatsFrom
  }
}
