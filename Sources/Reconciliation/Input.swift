public import Specification

/// Everything that the reducer can be told. There is no other way to change its mind.
public enum Input: Sendable {
  /// The daemon began; what the log holds as begun and not ended is in doubt.
  case started(version: String)
  /// The daemon is about to end.
  case stopping(reason: String)
  /// An environment's file was read without a mistake.
  case adopted(AdoptedEnvironment)
  /// An environment's file was read and has mistakes; `digest` names the version that was read.
  case refused(environment: String, file: String, mistakes: [Mistake], digest: String)
  /// An environment's file is gone.
  case released(environment: String)
  /// A look ended.
  case observed(ResourceID, Observation<AnyObserved>)
  /// Something may have changed outside: look again.
  case noticed(ResourceID)
  /// An action ended.
  case finished(intent: Int64, of: ResourceID, Result<Outcome, Failure>)
  /// A person asked for something; the answer bears the same number.
  case requested(Request, number: UInt64)
  /// Somebody without any role asked to see something.
  case turnedAway(Caller, what: String)
  /// Time has passed.
  case woke
}

/// What the reducer asks for. The daemon makes every `record` durable before it begins anything that stands behind it.
public enum Effect: Sendable {
  /// Append these events to the log, in one transaction.
  case record([Event])
  /// Look at the resource, and say what was found.
  case observe(AnyResource)
  /// Do it, and say how it ended. `intent` is the event that announced it.
  case perform(AnyAction, of: AnyResource, intent: Int64)
  /// Answer the request with this number.
  case answer(number: UInt64, Answer)
  /// Answer the request with this number with the resource's secret.
  case reveal(number: UInt64, AnyResource)
}

/// An environment's file that was read without a mistake.
public struct AdoptedEnvironment: Sendable {
  /// What it says of the environment as a whole.
  public let header: EnvironmentHeader
  /// What it says of each kept thing.
  public let resources: [AnyResource]
  /// The sections that no controller keeps yet.
  public let notKept: [UnkeptSection]
  /// The file's path, as messages show it.
  public let file: String
  /// A digest of the file's bytes.
  public let digest: String

  /// An environment as read.
  public init(
    header: EnvironmentHeader, resources: [AnyResource], notKept: [UnkeptSection], file: String,
    digest: String
  ) {
    self.header = header
    self.resources = resources
    self.notKept = notKept
    self.file = file
    self.digest = digest
  }
}

/// A section that was read strictly and that no controller keeps yet. It is never silently dropped.
public struct UnkeptSection: Sendable, Hashable, Codable {
  /// The section's key.
  public let name: String
  /// Where it stands.
  public let place: Place

  /// A section that is not kept yet.
  public init(name: String, place: Place) {
    self.name = name
    self.place = place
  }
}
