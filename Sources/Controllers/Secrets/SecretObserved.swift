public import SecretStore

/// What a look at one secret finds. It never holds a value, nor anything from which one could be guessed.
public struct SecretObserved: Sendable, Codable, Equatable {
  /// The versions in the store, the oldest first.
  public var versions: [SecretVersion]
  /// The env file; nil where none is written.
  public var file: SecretFileSeen?
  /// The versions that hold the `value` written in the file; nil where none is written.
  public var written: [Int]?
  /// Whether a run of `rotate` that was cut off left a copy in the scratch folder.
  public var leftover: Bool
  /// Whether the store still has what a change replaced, because it was cut off.
  public var superseded: Bool
  /// What logging in to the server tells; nil where no account is kept.
  public var server: ServerSeen?

  /// What a look found.
  public init(
    versions: [SecretVersion] = [], file: SecretFileSeen? = nil, written: [Int]? = nil,
    leftover: Bool = false, superseded: Bool = false,
    server: ServerSeen? = nil
  ) {
    self.versions = versions
    self.file = file
    self.written = written
    self.leftover = leftover
    self.superseded = superseded
    self.server = server
  }
}

/// What an env file holds, told by comparing it with the store: its content is never passed on.
public struct SecretFileSeen: Sendable, Codable, Equatable {
  /// What it is like.
  public enum State: String, Sendable, Codable {
    /// Exactly the text for `current` and `previous`.
    case holds
    /// There is none.
    case missing
    /// Only this secret's variables, with values of no known version: somebody edited it.
    case differs
    /// Other things: it may be somebody else's.
    case foreign
    /// More than its owner may read it, or it belongs to somebody else.
    case exposed
    /// It cannot be written where it is; `reason` says why.
    case unusable
  }

  /// What it is like.
  public var state: State
  /// `holds`: the version of its value.
  public var current: Int?
  /// `holds`: the version of its value before, where it has one.
  public var previous: Int?
  /// `unusable`: why.
  public var reason: String?

  /// A file as seen.
  public init(_ state: State, current: Int? = nil, previous: Int? = nil, reason: String? = nil) {
    self.state = state
    self.current = current
    self.previous = previous
    self.reason = reason
  }

  /// A file with the text for these versions.
  public static func holds(_ current: Int, previous: Int? = nil) -> SecretFileSeen {
    SecretFileSeen(.holds, current: current, previous: previous)
  }
}
