/// The kills of a pair. After a first kill, what is on the disk and in the servers is all that the next daemon goes by, and
/// what it does shows what it found: of first kills after which it does the same, one stands for all, and is followed by a
/// second kill at each moment of that recovery.
public enum Pairs {
  /// Points of a recovery at which the world differs from the one at the point before: the end of each effect that has
  /// no other in it. What stands between two of these is the process's own memory, which dies with it.
  public static func moments(_ passed: [String]) -> [String] {
    var seen: Set<String> = []
    return zip(passed, passed.dropFirst()).compactMap { before, point in
      guard point.hasSuffix(":after"), before == point.dropLast(5) + "before", seen.insert(point).inserted
      else {
        return nil
      }
      return point
    }
  }
}
