public import Host
public import Reconciliation

/// What can be done about instances. Who is stopped is named by its identity, so that a stop that comes late never hits
/// another process of the same number.
public enum InstancesAction: ControllerAction, Hashable {
  /// Starts an instance with these inputs. Its death soon after makes the same value again, which is what the kernel's
  /// back-off counts; an edit or a new secret makes another, which is tried at once.
  case start(instance: InstanceName, revision: String, secrets: [SecretGrant])
  /// Ends a process and all of its session.
  case stop(instance: InstanceName, process: ProcessIdentity, why: StopReason)
  /// Ends a process and starts another in its place, while `others` ready ones go on serving.
  case restart(
    instance: InstanceName, process: ProcessIdentity, revision: String, secrets: [SecretGrant], others: Int,
    why: String)
  /// Decides that there are to be more or fewer from now on: nothing but the event that says so, with what it was decided
  /// by; the starts and stops follow.
  case scale(from: Int, to: Int, load: Int, target: Int)

  /// The verb of a decision, by which the log is asked for the last one.
  static let scaling = "scale"

  /// Why an instance is ended for good.
  public enum StopReason: String, Sendable, Codable {
    /// None run now, as written.
    case closed
    /// More run than written.
    case surplus
    /// Another process is this instance already.
    case duplicate
  }

  public var verb: String {
    switch self {
    case .start: "start"
    case .stop: "stop"
    case .restart: "restart"
    case .scale: Self.scaling
    }
  }

  /// Starting costs nobody anything, and stopping is what the file says. A restart is disruptive where no other
  /// instance is ready: one less for some seconds is what "one at a time" means, none is an outage.
  public var risk: Risk {
    switch self {
    case .start, .stop, .scale: .safe
    case .restart(_, _, _, _, let others, _): others > 0 ? .safe : .disruptive
    }
  }

  public var rule: String? {
    switch self {
    case .start: "count"
    case .stop(_, _, .closed): "open"
    case .stop: "count"
    case .restart(_, _, _, let secrets, _, _): secrets.isEmpty ? "run" : "secrets"
    case .scale: "scale"
    }
  }

  public var description: String {
    switch self {
    case .start(let instance, _, let secrets):
      "start \(instance)" + (secrets.isEmpty ? "" : " with " + Self.list(secrets))
    case .stop(let instance, let process, let why):
      "stop \(instance) (process \(process.pid)): \(why.words)"
    case .restart(let instance, let process, _, _, _, let why):
      "restart \(instance) (process \(process.pid)): \(why)"
    case .scale(let from, let to, let load, let target):
      "scale \(to > from ? "out" : "in") from \(from) to \(to): \(load) together, \(target) each is aimed at"
    }
  }

  private static func list(_ secrets: [SecretGrant]) -> String {
    secrets.map { "\($0.name) v\($0.current)" }.joined(separator: ", ")
  }
}

extension InstancesAction.StopReason {
  /// The reason as a person would say it.
  var words: String {
    switch self {
    case .closed: "none run now, as written"
    case .surplus: "more run than written"
    case .duplicate: "another process is this instance"
    }
  }
}
