public import Reconciliation
public import Specification

/// What became of one environment file: adopted as a whole, or refused as a whole.
public struct EnvironmentReading: Sendable {
  /// The environment that the file is for: its stem, which `environment:` must repeat.
  public let environment: String
  /// The file's path below the configuration folder.
  public let file: String
  /// A digest of the file's bytes; of nothing where they could not be read.
  public let digest: String
  /// What the file says, or nil where it has an error.
  public let adopted: AdoptedEnvironment?
  /// Errors and warnings by place.
  public let mistakes: [Mistake]
  /// What it claims for itself alone; nothing where it is refused.
  let holdings: [Claims.Holding]

  /// The same as the reducer is told.
  public var input: Input {
    if let adopted { return .adopted(adopted) }
    return .refused(environment: environment, file: file, mistakes: mistakes, digest: digest)
  }
}
