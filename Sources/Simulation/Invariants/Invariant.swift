import Calendar
import Reconciliation

/// A promise, and how it is held against a run. It judges by what it is told of the world and by the drafts of the files;
/// it never calls the code whose result it judges.
protocol Invariant: Sendable {
  /// The promise, as one sentence.
  static var sentence: String { get }
  init()
  /// What is not as promised; nil where all is well, and where this moment is none of its business.
  mutating func check(_ moment: Moment, _ shell: Shell) -> String?
}

/// Something that a judge is told.
enum Moment {
  case died, turned, closed
  case started(Memory)
  /// These events are durable now.
  case recorded([Event])
  /// The reducer is told of a file, with its mistakes where it is refused.
  case read(String, digest: String, mistakes: [String]?)
  case released(String)
  /// A look ended; it shows the world as it was at `seen`.
  case looked(ResourceID, Observation<AnyObserved>, seen: Duration)
  /// An action begins; takes effect; took effect; ended.
  case performing(AnyAction, AnyResource, intent: Int64)
  case affecting(AnyAction, AnyResource, Portion)
  case affected(AnyAction, AnyResource, isWhole: Bool)
  case ended(Shell.UnderWay, Result<Outcome, Failure>)
  case answered(Request, Answer)
  case revealed(Request, ResourceID)
  /// A resource is looked over, as somebody who knows the world would.
  case inspect(ResourceID)
}

/// Holds every invariant against a run, and keeps the first that does not hold.
final class Referee {
  private var invariants: [any Invariant]
  private(set) var violation: Violation?

  /// Every invariant there is.
  static let all: [any Invariant.Type] = [
    AcknowledgedIsKept.self, IntentBeforeEffect.self, OneEndPerIntent.self, MemoryIsTheLog.self,
    OneAtATime.self, NothingFollowsUnknown.self, BegunOnFreshLook.self, GuardHolds.self, RolesHold.self,
    SuspendedUntouched.self, BackoffHolds.self, LoopRests.self, FilesInForce.self,
    NothingOutsideHours.self, NothingMissingInHours.self, VersionsReachUsers.self,
    SecretsAreYoung.self, CredentialWorks.self, OneRotation.self, OverlapHolds.self, RotatedForAReason.self,
    EnvFileIsRight.self, NothingKeptIsPurged.self, OldLogsGo.self, BackupsAreProved.self,
    WaitsAreTrue.self, WakesMissNothing.self, ExpectationsHold.self, ForecastComesTrue.self, Converges.self,
  ]

  init() { invariants = Referee.all.map { $0.init() } }

  func see(_ moment: Moment, _ shell: Shell) {
    for index in invariants.indices where violation == nil {
      guard let detail = invariants[index].check(moment, shell) else { continue }
      let kind = type(of: invariants[index])
      violation = Violation(
        invariant: "\(kind)", sentence: kind.sentence, detail: detail, at: shell.stage.elapsed)
    }
  }
}

/// The sentences of all invariants, by name.
public enum Promises {
  /// Name and sentence of each, in the order in which they are checked.
  public static var all: [(name: String, sentence: String)] {
    Referee.all.map { ("\($0)", $0.sentence) }
  }
}
