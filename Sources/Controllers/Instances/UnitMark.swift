import Reconciliation

/// What was written for a unit to read, and what it was reading before: so that systemd alone can say which of the two
/// a run was started with.
///
/// systemd gives every run a number of its own (`InvocationID`). The mark names the run that was there when the files
/// were replaced: that one has what it read before; any other was started since, and has what they hold now. So it needs
/// no clock and no memory, whoever starts, stops or kills the unit or the daemon, and at whatever moment.
struct UnitMark: Sendable, Hashable, Codable {
  /// What a run is given.
  struct Given: Sendable, Hashable, Codable {
    /// See ``InstancesSpec/revision(with:)``; empty where nothing is known of it.
    var revision: String
    /// The versions of the secrets.
    var secrets: [SecretGrant]

    /// Nobody knows what.
    static let unknown = Given(revision: "", secrets: [])
  }

  /// A run that was there when the files were replaced.
  struct Earlier: Sendable, Hashable, Codable {
    /// Its number.
    var invocation: String
    /// What it has.
    var given: Given
  }

  /// Which instance the unit is, of all environments: `staging/instances/web#1`.
  var instance: String
  /// What the files hold.
  var given: Given
  /// The run that was there when they were written; nil where none was.
  var earlier: Earlier?

  /// What the run of this number has.
  func given(to invocation: String) -> Given {
    if let earlier, earlier.invocation == invocation { return earlier.given }
    return given
  }
}

extension UnitMark {
  /// Reads what ``bytes`` wrote; nil where it is something else.
  init?(_ bytes: [UInt8]) {
    guard let json = try? JSON(parsing: bytes), let mark = try? json.decoded(as: UnitMark.self) else {
      return nil
    }
    self = mark
  }

  /// As it stands in its file.
  var bytes: [UInt8] { Array(((try? JSON(encoding: self)) ?? .null).bytes) }
}
