public import Calendar
public import Host
public import Reconciliation

/// Keeps folders of logs: this long, this large, then archived or purged.
///
/// `Spec.swift` says what the operator wrote, `Observed.swift` and `Observe.swift` what a look finds, `Action.swift` and
/// `Plan.swift` what follows, `Apply.swift` how it is done without being led astray by links, renames and open files.
public struct LogsController: Controller {
  public static let hears: Set<Fact.Name> = []
  public static let name = "logs"
  public static let words = ControllerKind.words(["purge", "archive", "trim"])

  let commands: any CommandRunner
  let clock: any WallClock

  /// A controller that compresses through `commands` and reads the time from `clock`.
  public init(commands: any CommandRunner = SubprocessRunner(), clock: any WallClock = SystemClock()) {
    self.commands = commands
    self.clock = clock
  }

  public func observe(_ resource: Resource<LogsSpec>) async -> Observation<LogsObserved> {
    let spec = resource.spec
    do {
      let observed = try await LogsObserved.look(spec, by: commands)
      return .known(observed, at: clock.now)
    } catch let error as HostError where error.isAbsent {
      return .unknown(reason: "the folder \(spec.path) is not there", since: clock.now)
    } catch {
      return .unknown(reason: "\(error)", since: clock.now)
    }
  }

  public static func plan(
    _ resource: Resource<LogsSpec>, _ observed: Observation<LogsObserved>, _ context: PlanContext
  ) -> Plan<LogsAction> {
    switch observed {
    case .unknown(let reason, _): LogsPlanning.blind(resource, because: reason, at: context.now)
    case .known(let observed, _): LogsPlanning(resource, observed, context).plan
    }
  }

  public func apply(_ action: LogsAction, to resource: Resource<LogsSpec>) async throws -> Outcome {
    do {
      switch action.kind {
      case .purge, .trim: return try await purge(action, resource.spec)
      case .archive: return try await archive(action, resource.spec)
      }
    } catch let error as HostError {
      throw Failure(error, during: action.verb)
    }
  }

  public static func blank(_ resource: Resource<LogsSpec>) -> LogsObserved? {
    LogsObserved(logs: Shelf(), archive: resource.spec.archive == nil ? nil : Shelf())
  }

  public static func expect(
    _ action: LogsAction, of resource: Resource<LogsSpec>, after observed: LogsObserved, at now: Instant
  ) -> LogsObserved {
    observed.after(action)
  }
}

extension Failure {
  init(_ error: HostError, during verb: String) {
    let kind: Failure.Class =
      switch error.class {
      // Nothing in the file names an open file or a full disk: what cannot be done now is worth another try.
      case .transient, .terminal: .transient
      case .needsOperator: .needsOperator
      }
    self.init(
      kind, code: "files", operation: "\(verb): \(error.operation)", subject: error.subject,
      cause: error.reason)
  }
}
