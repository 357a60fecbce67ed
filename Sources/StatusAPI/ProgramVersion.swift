/// The version of the programs, which are released together. The package takes its own from `stewardd --version`.
public enum ProgramVersion {
  /// `MAJOR.MINOR.PATCH` (semver.org).
  public static let text = "0.1.0"
}
