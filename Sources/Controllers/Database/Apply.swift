import CrashPoints
import PostgreSQL
public import Reconciliation

/// One change of a setting. It takes effect at a reload; what needs a restart is never done.
public struct DatabaseAction: ControllerAction {
  /// The setting's name.
  public var setting: String
  /// What it is to be, as it is written.
  public var value: String
  /// What it was.
  public var before: String
  /// What it can cost.
  public var risk: Risk

  public var verb: String { "set" }
  public var rule: String? { "settings" }
  public var description: String { "set \(setting) to \(value), which is \(before)" }

  private enum CodingKeys: CodingKey { case setting, value, before, risk }
}

extension DatabaseController {
  public func apply(_ action: DatabaseAction, to resource: Resource<DatabaseSpec>) async throws -> Outcome {
    try await session(resource, for: action.description) { session in
      let name = session.identifier(action.setting)
      let value = try DatabaseSetting.items(of: action.value, in: action.setting).map(session.literal)
        .joined(separator: ", ")
      // Again the same after a crash between the two: the look still sees the old value then.
      try effect("setting.write") { _ = try session.rows("ALTER SYSTEM SET \(name) TO \(value)") }
      let before = try session.rows("SELECT pg_conf_load_time()")
      try effect("setting.load") { _ = try session.rows("SELECT pg_reload_conf()") }
      // The reload is a signal: the next look should find it done, in this session at least.
      for _ in 0..<100 where try session.rows("SELECT pg_conf_load_time()") == before {
        _ = try session.rows("SELECT pg_sleep(0.01)")
      }
      return Outcome("set \(action.setting) to \(action.value)")
    }
  }
}
