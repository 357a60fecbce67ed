public import Calendar
public import Host
public import Reconciliation

/// Keeps an eye on backups: fresh, complete, restorable, and proved so by restoring.
///
/// It makes no backups. It looks at a folder of dumps that something else fills, tests each new dump once, and restores
/// one now and then into a scratch folder, by the operator's command and by the clock.
public struct BackupsController: Controller {
  public static let hears: Set<Fact.Name> = []
  public static let name = "backups"

  /// `steward backup drill` restores now; `verify` tests the newest dump again, for one that may have rotted.
  public static let requests = ["drill", "verify"]
  public static let words = ControllerKind.words(["drill", "verify"])

  let records: Records
  let state: String
  let commands: any CommandRunner
  let clock: any WallClock

  /// A controller whose records and scratch folders are below the folder `state`, which exists and is stewardd's own.
  public init(
    state: String, commands: any CommandRunner = SubprocessRunner(), clock: any WallClock = SystemClock()
  ) {
    self.records = Records(state: state)
    self.state = state
    self.commands = commands
    self.clock = clock
  }

  public func observe(_ resource: Resource<BackupsSpec>) async -> Observation<BackupsObserved> {
    let (spec, id, records, now) = (resource.spec, resource.id, records, clock.now)
    guard spec.method == .files, let folder = spec.folder else { return .known(BackupsObserved(), at: now) }
    do {
      let observed = try await offPool {
        var observed = try BackupsObserved.look(folder, spec)
        observed.remember(try records.read(id))
        return observed
      }
      return .known(observed, at: clock.now)
    } catch let error as HostError where error.isAbsent {
      return .unknown(reason: "the folder \(folder) is not there", since: now)
    } catch {
      return .unknown(reason: "\(error)", since: now)
    }
  }

  public static func plan(
    _ resource: Resource<BackupsSpec>, _ observed: Observation<BackupsObserved>, _ context: PlanContext
  ) -> Plan<BackupsAction> {
    if resource.spec.method != .files { return BackupsPlanning.notKept(resource) }
    switch observed {
    case .unknown(let reason, _): return BackupsPlanning.blind(resource, because: reason, at: context.now)
    case .known(let observed, _): return BackupsPlanning(resource, observed, context).plan
    }
  }

  public static func expect(
    _ action: BackupsAction, of resource: Resource<BackupsSpec>, after observed: BackupsObserved,
    at now: Instant
  ) -> BackupsObserved {
    var next = observed
    switch action.kind {
    case .verify: next.record.take(Verdict(of: action.dump, .sound, by: [], at: now))
    case .drill:
      // As long as the last one took: there is no better guess.
      let seconds = observed.record.lastSuccess?.seconds ?? 0
      next.record.take(DrillRecord(of: action.dump, at: now, seconds: seconds, problem: nil))
    }
    return next
  }
}
