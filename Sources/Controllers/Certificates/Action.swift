import Calendar
import OpenSSL
public import Reconciliation

/// One step towards a certificate that works.
public struct CertificatesAction: ControllerAction {
  /// The steps, in their order.
  public enum Step: String, Sendable, Codable, CaseIterable {
    /// Asks the authority for a new one.
    case issue
    /// Puts the new one into the file, and keeps the former one.
    case install
    /// Tells its user.
    case reload
    /// The new one is proved: the former one goes.
    case finish
    /// The new one is not taken: the former one comes back, and its user is told.
    case rollback
    /// Takes the right to read the key from others.
    case protect
  }

  /// Which step.
  public var step: Step
  /// For which hosts, or which certificate by its fingerprint: the same step for another one is another action.
  public var of: String

  public var verb: String { step.rawValue }

  /// A reload may be noticed; what takes a bad one back is not to wait for a window.
  public var risk: Risk { step == .reload ? .disruptive : .safe }

  public var rule: String? {
    switch step {
    case .issue: "renew before"
    case .reload: "reload"
    case .rollback: "serves"
    case .install, .finish, .protect: "file"
    }
  }

  public var description: String {
    switch step {
    case .issue: "ask for a certificate for \(of)"
    case .install: "install certificate \(of.prefix(Self.shown))"
    case .reload: "have certificate \(of.prefix(Self.shown)) read"
    case .finish: "finish with certificate \(of.prefix(Self.shown))"
    case .rollback: "take certificate \(of.prefix(Self.shown)) back"
    case .protect: "close the file of certificate \(of.prefix(Self.shown)) to others"
    }
  }

  /// Digits of a fingerprint by which people tell certificates apart.
  static let shown = 8
}
