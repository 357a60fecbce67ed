public import Calendar
public import Reconciliation
public import Specification

/// The configuration folder as somebody read it, understood: `steward.yaml` and `environments/*.yaml`.
public struct ConfigurationFolder: Sendable {
  /// What became of steward.yaml.
  public let steward: StewardFile.Reading
  /// What became of each environment, by name.
  public let environments: [EnvironmentReading]

  /// Every mistake of every file.
  public var mistakes: [Mistake] { steward.mistakes + environments.flatMap(\.mistakes) }

  /// Whether a file in `environments/` is an environment's: `NAME.yaml`, and nothing that an editor leaves
  /// beside it while it saves (`.staging.yaml.swp`, `staging.yaml~`, `#staging.yaml#`, `4913`).
  public static func isEnvironment(fileName: String) -> Bool {
    fileName.hasSuffix(".yaml") && fileName != ".yaml" && !fileName.hasPrefix(".") && !fileName.hasPrefix("#")
      && !fileName.contains("/")
  }

  /// Understands what was read.
  ///
  /// - Parameters:
  ///   - steward: steward.yaml.
  ///   - lastGood: what steward.yaml said before, in force while it has mistakes: environments that refer to its roles
  ///     must not be refused because a file beside them is half-written.
  ///   - environments: the files whose names `isEnvironment(fileName:)` lets through; others are passed over.
  ///   - zones: where time zones come from.
  ///   - controllers: who keeps which section.
  public init(
    steward: SourceFile, lastGood: StewardFile? = nil, environments: [SourceFile], zones: ZoneDatabase,
    controllers: [ControllerKind]
  ) {
    self.steward = StewardFile.read(steward)
    let reader = EnvironmentFile(
      zones: zones, controllers: controllers, steward: self.steward.steward ?? lastGood)
    var claims = Claims()
    self.environments =
      environments
      .filter { Self.isEnvironment(fileName: $0.name.split(separator: "/").last.map(String.init) ?? "") }
      .sorted { $0.name < $1.name }
      .map { source in
        let reading = reader.read(source).beside(claims)
        claims.adopt(reading)
        return reading
      }
  }
}
