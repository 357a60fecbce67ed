import Glibc

/// What takes hours, and which part of it `Tests/nightly` asks for (`STEWARD_NIGHTLY=kills`). By day a test draws a few of all
/// that it could do, others in each run.
public enum Nightly: String, Sendable {
  /// Kills at each point, and thousands at random.
  case kills
  /// Second kills, at each moment of what comes after a first one.
  case pairs
  /// The long variants of all other tests.
  case long

  private static let asked = variable("STEWARD_NIGHTLY")

  /// Whether it is asked for.
  public var isOn: Bool { Nightly.asked == rawValue }

  /// How many of something a test makes: so many usually, so many by night.
  public func count(_ usually: Int, byNight: Int) -> Int { isOn ? byNight : usually }

  /// Which of what is all made by night this night makes: all, or the second third where `STEWARD_NIGHTLY_SHARE` is `2/3`.
  public static func share<Element>(of all: [Element]) -> [Element] {
    let ends = (variable("STEWARD_NIGHTLY_SHARE") ?? "1/1").split(separator: "/").compactMap { Int($0) }
    guard ends.count == 2, (1...max(1, ends[1])).contains(ends[0]) else {
      fatalError("STEWARD_NIGHTLY_SHARE is such as 2/3")
    }
    return all.indices.filter { $0 % ends[1] == ends[0] - 1 }.map { all[$0] }
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
