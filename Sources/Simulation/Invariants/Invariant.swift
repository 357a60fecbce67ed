import Calendar
import Reconciliation

/// A promise, and how it is held against a run. It judges by what it is told of the world and by the drafts of the files;
/// it never calls the code whose result it judges.
protocol Invariant: Sendable {
  /// The promise, as one sentence.
  static var sentence: String { get }
  /// What it is told of: of nothing else.
  static var moments: Set<Moment.Kind> { get }
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
  case asked(Request)
  case answered(Request, Answer)
  case revealed(Request, ResourceID)
  /// A resource is looked over, as somebody who knows the world would.
  case inspect(ResourceID)

  /// Which of these it is.
  enum Kind: Int, CaseIterable {
    case died, turned, closed, started, recorded, read, released, looked, performing, affecting, affected
    case ended, asked, answered, revealed, inspect
  }

  var kind: Kind {
    switch self {
    case .died: .died
    case .turned: .turned
    case .closed: .closed
    case .started: .started
    case .recorded: .recorded
    case .read: .read
    case .released: .released
    case .looked: .looked
    case .performing: .performing
    case .affecting: .affecting
    case .affected: .affected
    case .ended: .ended
    case .asked: .asked
    case .answered: .answered
    case .revealed: .revealed
    case .inspect: .inspect
    }
  }
}

/// Holds every invariant against a run, and keeps where each first did not hold.
final class Referee {
  private var invariants: [any Invariant]
  /// Who is told of what, by the kinds of moments: a judge costs nothing at moments that are none of its business.
  private var listeners: [[Int]]
  private(set) var violations: [Violation] = []

  /// Every invariant there is.
  static let all = kernel + Sections.all.flatMap { $0.invariants }

  /// What is promised of every section.
  private static let kernel: [any Invariant.Type] = [
    AcknowledgedIsKept.self, IntentBeforeEffect.self, OneEndPerIntent.self, LogTakesAll.self,
    MemoryIsTheLog.self,
    OneAtATime.self, NothingFollowsUnknown.self, ClearedBySight.self, BegunOnFreshLook.self, GuardHolds.self,
    ApprovedOnce.self, RolesHold.self,
    SuspendedUntouched.self, BackoffHolds.self, RepetitionsRest.self, LoopRests.self, FilesInForce.self,
    WaitsAreTrue.self, WakesMissNothing.self, ExpectationsHold.self, ForecastComesTrue.self, Converges.self,
  ]

  init() {
    let judges = Referee.all
    invariants = judges.map { $0.init() }
    listeners = Moment.Kind.allCases.map { kind in
      judges.indices.filter { judges[$0].moments.contains(kind) }
    }
  }

  func see(_ moment: Moment, _ shell: Shell) {
    for index in listeners[moment.kind.rawValue] {
      guard let detail = invariants[index].check(moment, shell) else { continue }
      let kind = type(of: invariants[index])
      violations.append(
        Violation(
          invariant: "\(kind)", sentence: kind.sentence, detail: detail, at: shell.stage.elapsed))
      for kind in listeners.indices { listeners[kind].removeAll { $0 == index } }
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
