/// Finds the name that was probably meant, for "did you mean".
public enum NearestName {
  /// Names longer than this are no typing mistakes, and the comparison is quadratic.
  static let lengthMax = 64

  /// The candidate nearest to a name, or nil when none is near enough to be what was meant.
  ///
  /// `_`, `-`, spaces and case do not count; then up to a third of the letters may be wrong, missing, too
  /// many or swapped with their neighbour.
  public static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = letters(name)
    guard !wanted.isEmpty, wanted.count <= lengthMax else { return nil }
    var best: (distance: Int, candidate: String)?
    for candidate in candidates where candidate != name {
      let letters = letters(candidate)
      guard letters.count <= lengthMax else { continue }
      let distance = distance(wanted, letters)
      guard distance <= max(wanted.count, letters.count) / 3 else { continue }
      if best.map({ (distance, candidate) < $0 }) ?? true { best = (distance, candidate) }
    }
    return best?.candidate
  }

  /// `, did you mean X?`, or nothing.
  public static func suggestion(for name: String, among candidates: some Sequence<String>) -> String {
    of(name, among: candidates).map { ", did you mean `\($0)`?" } ?? ""
  }

  private static func letters(_ name: String) -> [UInt8] {
    name.lowercased().utf8.filter { !"_- ".utf8.contains($0) }
  }

  /// Damerau and Levenshtein's distance, restricted to swaps of neighbours.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, letter) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
        if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
