public import Reconciliation

/// One step of a secret's life. Each is right by itself on what was seen, and may be cut off anywhere.
public struct SecretAction: ControllerAction {
  /// What is done.
  public enum Step: String, Sendable, Codable, CaseIterable {
    /// A new value is generated and sealed; nobody uses it.
    case prepare
    /// The other end is made to take it, by the operator's `rotate`.
    case set
    /// It is tried.
    case test
    /// It comes into force; the one before works on for the overlap.
    case finish
    /// The env file gets what it should hold.
    case deliver
    /// A value that nobody uses any more is removed.
    case retire
    /// A value that nobody was told of is removed.
    case abandon
    /// The server is told the value in force once more, which an old copy of the server forgot.
    case restore
    /// What a crash left in the scratch folder is removed.
    case tidy
  }

  /// What is done.
  public var step: Step
  /// With which version; 0 where it is about none.
  public var version: Int
  /// `deliver`: the version before, where it is to be in the file.
  public var previous: Int?
  /// The account that the version is for, where it is an account's.
  public var user: String?
  /// With what, or where: the program of a command, the path of a file, a server.
  public var with: String?
  /// Why now, as a few words.
  public var why: String?
  /// What it can cost.
  public var risk: Risk

  init(
    _ step: Step, version: Int, previous: Int? = nil, user: String? = nil, with: String? = nil,
    why: String? = nil, risk: Risk = .safe
  ) {
    self.step = step
    self.version = version
    self.previous = previous
    self.user = user
    self.with = with
    self.why = why
    self.risk = risk
  }

  public var verb: String { step.rawValue }

  public var rule: String? {
    switch step {
    case .deliver: "file"
    case .retire: "overlap"
    default: "every"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case step = "verb"
    case version, previous, user, with, why, risk
  }

  public var description: String {
    let because = why.map { ": \($0)" } ?? ""
    let account = user.map { " as \($0)" } ?? ""
    let tool = with.map { user == nil ? " with \($0)" : " in \($0)\(account)" } ?? ""
    switch step {
    case .prepare: return "prepare version \(version)\(account)\(because)"
    case .set: return "set version \(version)\(tool)"
    case .test: return "test version \(version)\(tool)"
    case .finish: return "bring version \(version) into force"
    case .deliver:
      let both = previous.map { "versions \(version) and \($0)" } ?? "version \(version)"
      return "write \(both) to \(with ?? "its file")\(why.map { ", which \($0)" } ?? "")"
    case .retire: return "retire version \(version)"
    case .abandon: return "abandon version \(version)\(because)"
    case .restore: return "set version \(version)\(tool) again\(because)"
    case .tidy: return "remove what a crash left behind"
    }
  }
}
