internal import Glibc

/// How a child is found again: by two variables in its environment, which the kernel shows to its owner in
/// /proc/PID/environ, and which its descendants inherit.
///
/// It is there from the child's first instruction, whenever the daemon is killed. A program may write over it later:
/// what it was is also kept in ``ChildRecords``.
struct ChildMarker: Hashable, Sendable {
  static let instanceVariable = "STEWARD_INSTANCE"
  static let runVariable = "STEWARD_RUN"
  /// With this the name of every mark begins.
  static let prefix = "STEWARD_"

  let instance: String
  let stateFolder: String
  let run: String

  /// The variables that carry it.
  var variables: [String: String] {
    [Self.instanceVariable: "\(instance)@\(stateFolder)", Self.runVariable: run]
  }

  init(instance: String, stateFolder: String, run: String) {
    self.instance = instance
    self.stateFolder = stateFolder
    self.run = run
  }

  /// The marker of a process of this state folder. `nil`: it has none, or may not be looked at; a process of
  /// another user is none of ours.
  init?(of pid: Int32, stateFolder: String) {
    guard let environment = PseudoFile.environment(of: pid) else { return nil }
    self.init(environment: environment, stateFolder: stateFolder)
  }

  init?(environment: [UInt8], stateFolder: String) {
    var instance: String?
    var run = ""
    for variable in environment.split(separator: 0) {
      if let value = Self.value(of: Self.instanceVariable, in: variable) {
        let suffix = "@" + stateFolder
        guard value.hasSuffix(suffix) else { return nil }
        instance = String(value.dropLast(suffix.count))
      } else if let value = Self.value(of: Self.runVariable, in: variable) {
        run = value
      }
    }
    guard let instance else { return nil }
    self.init(instance: instance, stateFolder: stateFolder, run: run)
  }

  /// All marks in an environment as the kernel shows it.
  static func marks(in environment: [UInt8]) -> [String: String] {
    var marks: [String: String] = [:]
    for variable in environment.split(separator: 0) where variable.starts(with: prefix.utf8) {
      guard let equals = variable.firstIndex(of: UInt8(ascii: "=")) else { continue }
      marks[String(decoding: variable[..<equals], as: UTF8.self)] =
        String(decoding: variable[(equals + 1)...], as: UTF8.self)
    }
    return marks
  }

  private static func value(of name: String, in variable: ArraySlice<UInt8>) -> String? {
    let prefix = Array((name + "=").utf8)
    guard variable.starts(with: prefix) else { return nil }
    return String(decoding: variable.dropFirst(prefix.count), as: UTF8.self)
  }
}
