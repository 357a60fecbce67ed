import Glibc

/// The long variants of tests, which `Tests/nightly` asks for.
public enum Nightly {
  /// Whether they are asked for (`STEWARD_NIGHTLY=1`).
  public static let isOn = getenv("STEWARD_NIGHTLY").map { String(cString: $0) } == "1"

  /// How many of something a test makes: so many usually, so many by night.
  public static func count(_ usually: Int, byNight: Int) -> Int { isOn ? byNight : usually }
}
