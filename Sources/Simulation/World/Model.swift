import Calendar
import Reconciliation

/// The part of the world that one resource is about.
protocol Model: AnyObject, SendableMetatype {
  /// What a look finds, if nothing keeps it from it.
  func look(_ stage: Stage) -> AnyObserved
  /// Takes `portion` of the action's effect. What a controller's `apply` looks at before it acts is looked at here too.
  func act(_ action: AnyAction, _ resource: AnyResource, _ portion: Portion, _ stage: Stage)
    -> Result<Outcome, Failure>
  /// How long the action takes when all is well.
  func duration(of action: AnyAction, _ dice: inout Dice) -> Duration
  /// Whether the action can take effect after it was given up: something else than the daemon carries it out.
  func outlives(_ action: AnyAction) -> Bool
  /// Whether what an action leads to now hangs on what no look shows.
  var isUnforeseeable: Bool { get }
  /// Something that comes by itself, at a moment that the model asked for.
  func happen(_ news: Int, _ stage: Stage)
  /// Asks for what comes by itself from the start on.
  func begin(_ stage: Stage)
  /// The daemon began anew: what only its memory held is gone.
  func daemonStarted(_ stage: Stage)
  /// The machine began anew: what ran on it is gone.
  func machineStops(_ stage: Stage)
  /// Whatever ailed it is over.
  func heal(_ stage: Stage)
}

extension Model {
  func outlives(_ action: AnyAction) -> Bool { false }
  var isUnforeseeable: Bool { false }
  func happen(_ news: Int, _ stage: Stage) {}
  func begin(_ stage: Stage) {}
  func daemonStarted(_ stage: Stage) {}
  func machineStops(_ stage: Stage) {}
  func heal(_ stage: Stage) {}
}

/// How much of an action takes effect.
enum Portion: Sendable { case nothing, half, whole }

extension Failure {
  /// What the world changed since it was looked at.
  static func movedOn(_ action: AnyAction, _ cause: String) -> Failure {
    Failure(.transient, code: "moved-on", operation: action.description, subject: "the world", cause: cause)
  }

  static func simulated(_ class: Class, _ action: AnyAction) -> Failure {
    Failure(
      `class`, code: "simulated", operation: action.description, subject: "the world",
      cause: "a simulated fault")
  }
}
