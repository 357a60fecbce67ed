public import Calendar
public import Host
import PgBackRest
public import Reconciliation

/// Keeps an eye on backups: fresh, complete, restorable, and proved so by restoring.
///
/// It looks at a folder of dumps that something else fills and tests each new dump once; or it has pgBackRest make
/// backups when they are due, and proves that its archive is up to date. Either way it restores one now and then into a
/// scratch folder, by the clock.
public struct BackupsController: Controller {
  public static let hears: Set<Fact.Name> = []
  public static let name = "backups"

  /// `steward backup drill` restores now; `verify` tests the newest dump again, for one that may have rotted, or the
  /// archive.
  public static let requests = ["drill", "verify"]
  public static let words = ControllerKind.words(["drill", "verify", "backup", "check", "sweep"])

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
    do {
      if let pgbackrest = spec.pgbackrest {
        return .known(try await look(at: pgbackrest, of: id), at: clock.now)
      }
      guard let folder = spec.folder else { throw HostError("look at", "\(id)", "no folder is written") }
      let observed = try await offPool {
        var observed = try BackupsObserved.look(folder, spec)
        observed.remember(try records.read(id))
        return observed
      }
      return .known(observed, at: clock.now)
    } catch let error as HostError where error.isAbsent && spec.folder != nil {
      return .unknown(reason: "the folder \(spec.folder ?? "") is not there", since: now)
    } catch {
      return .unknown(reason: "\(error)", since: now)
    }
  }

  public static func plan(
    _ resource: Resource<BackupsSpec>, _ observed: Observation<BackupsObserved>, _ context: PlanContext
  ) -> Plan<BackupsAction> {
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
    case .verify:
      if let dump = action.dump { next.record.take(Verdict(of: dump, .sound, by: [], at: now)) }
    case .drill:
      // As long as the last one took: there is no better guess.
      let seconds = observed.record.lastSuccess?.seconds ?? 0
      if let dump = action.dump {
        next.record.take(DrillRecord(of: dump, at: now, seconds: seconds, problem: nil))
      }
    case .backup: next.add(action.type ?? .full, at: now)
    case .check: next.record.take(ArchiveRecord(provedAt: now))
    case .sweep: next.repository?.hasLeftover = false
    }
    return next
  }
}
