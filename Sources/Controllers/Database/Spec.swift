public import PostgreSQL
public import Specification

/// What the operator wrote of one database server.
public struct DatabaseSpec: Sendable, Hashable {
  /// `availability:`.
  public enum Availability: String, Sendable, CaseIterable {
    /// One server.
    case single
    /// With at least one standby that follows it.
    case high
  }

  /// `zones:`.
  public enum Zones: String, Sendable, CaseIterable {
    /// All in one.
    case one
    /// In one, and able to be in more.
    case capable = "multi-capable"
    /// In two at least.
    case multi
  }

  /// `encrypted:`.
  public enum Encryption: String, Sendable, CaseIterable {
    /// On the disk, which no server can tell.
    case atRest = "at rest"
    /// On the way.
    case inTransit = "in transit"
    /// Both.
    case everywhere
  }

  /// `failover:`, what takes over where the primary fails.
  public enum Failover: String, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// A standby that a person promotes.
    case manual
    /// A standby that a manager promotes by itself.
    case automatic
  }

  /// What a role of `access:` may do in it. The role is one of the server's own, whose members are people.
  public enum Access: String, Sendable, CaseIterable {
    /// Everything.
    case full
    /// Nothing but read.
    case readOnly = "read-only"
    /// Nothing but read, and for a while only: whoever has it may log in until a moment that is set.
    case withApproval = "with approval"
  }

  /// Where it is; nil where neither `socket` nor `host` is written, and then nobody looks at it.
  public var address: PostgreSQLAddress?
  /// `version:`, the major one.
  public var version: Int?
  /// `size:`, the most that all its databases may hold.
  public var sizeMax: ByteCount?
  /// `size at least:`, what it must have room for.
  public var room: ByteCount?
  /// `availability:`.
  public var availability: Availability
  /// `zones:`.
  public var zones: Zones?
  /// `failover:`.
  public var failover: Failover?
  /// `members:`, in which zone each server of a cluster is, by its `cluster_name`.
  public var members: [String: String]
  /// `settings:` by name.
  public var settings: [String: String]
  /// `access:` by the role's name.
  public var access: [String: Access]
  /// `encrypted:`.
  public var encryption: Encryption?
  /// `audit:`, in words.
  public var audit: String?
}
