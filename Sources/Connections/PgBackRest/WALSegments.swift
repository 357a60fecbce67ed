/// The order of WAL segments: a timeline, then the log and the segment in it, 8 hexadecimal digits each.
public enum WALSegments {
  /// The first two segments from `first` on between which some are missing; nil: there is no gap.
  ///
  /// Timelines are not told apart: after a promotion the numbers go on. How many segments a log has follows from the
  /// cluster's segment size, which names do not tell, so a log may end at any power of two.
  public static func gap(
    from first: String, in segments: some Collection<String>
  ) -> (after: String, before: String)? {
    guard let start = number(first) else { return nil }
    var names: [Position: String] = [:]
    for name in segments {
      guard let position = number(name), position >= start else { continue }
      names[position] = name
    }
    guard names[start] != nil else { return (first, names.min { $0.key < $1.key }?.value ?? "the end") }
    let positions = names.keys.sorted()
    for (one, next) in zip(positions, positions.dropFirst()) where !one.isFollowed(by: next) {
      return (names[one] ?? "", names[next] ?? "")
    }
    return nil
  }

  private struct Position: Hashable, Comparable {
    var log: UInt32
    var segment: UInt32

    static func < (left: Self, right: Self) -> Bool { (left.log, left.segment) < (right.log, right.segment) }

    func isFollowed(by next: Self) -> Bool {
      if next.log == log { return next.segment == segment + 1 }
      // The largest segment is 1 GiB: four to a log of 4 GiB.
      let count = segment + 1
      return next.log == log + 1 && next.segment == 0 && count >= 4 && count & segment == 0
    }
  }

  private static func number(_ name: String) -> Position? {
    guard name.utf8.count == 24, let log = UInt32(name.dropFirst(8).prefix(8), radix: 16),
      let segment = UInt32(name.suffix(8), radix: 16)
    else { return nil }
    return Position(log: log, segment: segment)
  }
}
