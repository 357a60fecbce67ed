public import Reconciliation
public import Redis
import Specification

/// A setting of redis.conf that steward keeps.
public enum ServerSetting: String, Sendable, CaseIterable {
  /// In bytes; 0 is without limit.
  case maxmemory
  /// What goes when that is reached.
  case policy = "maxmemory-policy"
  /// When snapshots are made: seconds and changes in turn; empty for never.
  case save
  /// Whether there is an append-only file: yes or no.
  case appendonly
}

/// What can be done about a cache: set one setting of one server.
public struct CacheAction: ControllerAction {
  /// Where.
  public var server: RedisAddress
  /// Which, by its name in redis.conf.
  public var setting: String
  /// To what.
  public var value: String
  /// What it was, as people read it.
  public var before: String
  public var risk: Risk

  public var verb: String { "set" }

  public var rule: String? {
    switch ServerSetting(rawValue: setting) {
    case .maxmemory: "memory"
    case .policy: "when full"
    case .save, .appendonly: "persistence"
    case nil: nil
    }
  }

  public var description: String {
    let shown = CacheAction.words(value, of: setting)
    return "set \(setting) of \(server) to \(shown), from \(before)"
  }

  /// A value as people read it.
  static func words(_ value: String, of setting: String) -> String {
    switch ServerSetting(rawValue: setting) {
    case .maxmemory:
      guard let bytes = Int64(value) else { return value }
      return bytes == 0 ? "no limit" : "\(ByteCount(bytes: bytes))"
    case .save: return value.isEmpty ? "never" : "`\(value)`"
    default: return value
    }
  }
}
