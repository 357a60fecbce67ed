public import Reconciliation
import Specification

/// What can be done about a dump: find out whether it is any good.
public struct BackupsAction: ControllerAction {
  /// How that is found out.
  public enum Kind: String, Sendable, Codable {
    /// Reads it from end to end, by the tests that there are for its kind.
    case verify
    /// Restores it into a scratch folder, by the operator's command.
    case drill
  }

  /// How.
  public var kind: Kind
  /// Of which dump.
  public var dump: Dump

  public var verb: String { kind.rawValue }

  /// Both only read; a drill writes into a scratch folder of its own.
  public var risk: Risk { .safe }

  public var rule: String? { kind == .drill ? "drill" : "every" }

  public var description: String {
    switch kind {
    case .verify: "test \(dump.name), \(ByteCount(bytes: dump.bytes).words)"
    case .drill: "restore \(dump.name), \(ByteCount(bytes: dump.bytes).words), into a scratch folder"
    }
  }
}
