public import Calendar

/// Who is at the other end of the socket, as the kernel of the operating system says.
public struct Caller: Sendable, Hashable {
  /// The Unix user's name, or its number where it has none.
  public let name: String
  /// The roles that `steward.yaml` gives to that user or its groups.
  public let roles: Set<String>
  /// Whether it is root or the user that the daemon runs as, who could read and change the state folder anyway.
  public let isOwner: Bool

  /// A caller.
  public init(name: String, roles: Set<String>, isOwner: Bool) {
    self.name = name
    self.roles = roles
    self.isOwner = isOwner
  }

  /// Whether the caller holds `permission` in the environment.
  public func may(_ permission: Permission, in environment: EnvironmentHeader) -> Bool {
    isOwner || !roles.isDisjoint(with: environment.access[permission] ?? [])
  }
}

/// What a person asks for. It becomes an event, and so an input of the next plans; it is never a second way of acting.
public struct Request: Sendable, Hashable {
  /// Who asks.
  public let caller: Caller
  /// What for.
  public let ask: Ask

  /// A request.
  public init(_ ask: Ask, by caller: Caller) {
    self.ask = ask
    self.caller = caller
  }

  /// What people can ask for.
  public enum Ask: Sendable, Hashable {
    /// Keep it open until then, whatever its hours say.
    case open(Scope, until: Instant, reason: String)
    /// Keep it closed until then, whatever its hours say.
    case close(Scope, until: Instant, reason: String)
    /// End what `open` or `close` ordered.
    case end(Scope)
    /// Leave it alone.
    case suspend(Scope, until: Instant?, reason: String)
    /// No longer leave it alone.
    case resume(Scope)
    /// Do it once, now: a verb of the controller's (``Controller/requests``).
    case demand(verb: String, ResourceID, reason: String)
    /// Look and plan again now, and forget back-off.
    case reconcile(Scope)
    /// Approve the action that waits, if it is still the one with this digest.
    case approve(ResourceID, digest: String, reason: String)
    /// Read a secret's value.
    case reveal(ResourceID)

    /// What is asked about.
    public var scope: Scope {
      switch self {
      case .open(let scope, _, _), .close(let scope, _, _), .end(let scope), .suspend(let scope, _, _),
        .resume(let scope), .reconcile(let scope):
        scope
      case .demand(_, let id, _), .approve(let id, _, _), .reveal(let id): Scope(id)
      }
    }

    /// What one must be allowed to in that environment.
    public var permission: Permission {
      switch self {
      case .approve: .approve
      case .reveal: .secrets
      default: .operate
      }
    }

    /// The word people type.
    public var verb: String {
      switch self {
      case .open: "open"
      case .close: "close"
      case .end: "end"
      case .suspend: "suspend"
      case .resume: "resume"
      case .demand(let verb, _, _): verb
      case .reconcile: "reconcile"
      case .approve: "approve"
      case .reveal: "secret get"
      }
    }
  }
}

/// What a request comes to.
public enum Answer: Sendable, Hashable {
  /// It was recorded as this event.
  case accepted(sequence: Int64, message: String)
  /// It was not: why, and what was meant.
  case refused(Refusal, message: String)

  /// Why a request was not accepted.
  public enum Refusal: String, Sendable, Codable {
    /// The caller's roles do not allow it.
    case forbidden
    /// There is no such environment, section or resource.
    case unknownSubject = "unknown-subject"
    /// It makes no sense as things stand.
    case conflict
    /// It is not well-formed.
    case invalid
    /// The log cannot be written, so nothing can be promised.
    case unavailable
  }
}

/// What comes back to whoever asked.
public enum Reply: Sendable, Hashable {
  /// The reducer's answer.
  case answer(Answer)
  /// A secret's value, read after the event that says who read it was durable.
  case secret(String)
  /// The request was accepted and recorded, and what it asked to read could not be read.
  case failed(Failure)
}
