import Calendar
public import Reconciliation
import SecretStore

// The rules. Each says which file keeps it where it is not this one.
//
//  1. Unknown is never absent: while the store or the env file cannot be looked at, nothing is done.
//  2. A version under way is carried through before another is begun: pending → set → tested → current. Where
//     it stands is written in the store, nowhere else; so it goes on after a crash anywhere. (Plan+Rotation)
//  3. Only a version that nobody was told of may be abandoned: it is superfluous where the file now says
//     otherwise. (Plan+Rotation)
//  4. A generated secret is due when it has no version, when its period has passed since its newest one was
//     made, when a person asked since, when it was written in the file before, or when the store lost a
//     version that was in force. (Plan+Due)
//  5. A fixed secret is due when its value in the file is not the one in force. It has no age. (Plan+Due)
//  6. A secret that a server knows and no `rotate` sets there is generated once and then left alone: a new
//     value would lock its users out. (Plan+Due)
//  7. No version's number is ever used twice, even where an old copy of the store came back: the log
//     remembers the highest. (Plan+Due)
//  8. The env file holds the version in force, and the one before while its overlap lasts. Whatever else it
//     holds is replaced; but a file that holds other things and was never written from here is somebody
//     else's. (Plan+Delivery)
//  9. Nothing new comes into force while the env file cannot be written: its readers would be left with a
//     dead value.
// 10. A former version goes when its overlap is over, the env file no longer holds it, and no instance runs
//     with it. (Plan+Retirement)
// 11. A step that failed an hour long waits for a person; no third value is ever made while one is undecided.
//
// 12. An account's password is changed only while its server answers and can take it; what its server is missing is
//     said and never made. Delivery goes on meanwhile. (Plan+Server)
// 13. A value in force that its server refuses is set there again, as it is, where the server takes the one before: then an
//     old copy of the server came back. Where it takes neither, somebody set another password there, perhaps because this
//     one leaked: it is never set again, and a new version is due at once. (Plan+Server)
// 14. Of two accounts that take turns, the next version is for the one that is not in force, once the version before has
//     left it. (Plan+Server)
//     A user that takes several passwords has one for each version until that is retired.
// 15. Whatever else lets somebody in beside the version in force (a password that is none of steward's, a server that
//     asks for none), and what a restart would forget, is said and left alone. (Plan+Server)
//
// Risks: everything is safe but `set` by a command without an overlap, where the value in force may die the
// moment the command runs: that is disruptive, unless there is no value in force yet, or a crash cut the
// command off: what was begun is brought to its end, for the value in force may be dead already. Setting the password of
// one account alone is disruptive from the first version on: somebody may have used it before steward did. What a new
// version disrupts elsewhere (an instance that restarts with it) is the risk of that action, there.

extension SecretsController {
  public static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    switch observed {
    case .known(let seen, _):
      var planning = SecretPlanning(resource, seen, context)
      return planning.make()
    case .unknown(let reason, let since):
      var plan = Plan<SecretAction>(.unknown, cell: "unknown", headline: "not known: \(reason)")
      let kind = resource.spec.kind.rawValue
      let period = resource.spec.every.map { ", a new one every \($0.inDays)" } ?? ""
      plan.reasons = [
        Reason(
          "rule", "\(kind)\(period)", at: resource.place(of: resource.spec.every == nil ? "kind" : "every")),
        Reason(
          "meanwhile",
          "nothing is done; unknown since \(context.environment.zone.minuteWords(for: since))"),
      ]
      plan.findings = [
        Finding(
          "unreadable", .critical, "the look fails: \(reason)",
          mend: "nothing is changed meanwhile; a damaged store is mended from a backup of it and of its key",
          at: resource.place)
      ]
      plan.wake(at: context.now + SecretPlanning.lookAgain)
      return plan
    }
  }
}

/// One plan in the making.
struct SecretPlanning {
  let resource: Resource<SecretSpec>
  let seen: SecretObserved
  let context: PlanContext
  var plan = Plan<SecretAction>(.ready, cell: "", headline: "")

  /// What keeps it from being as written and no time will end.
  var isStuck = false

  /// How soon to look again at what could not be looked at.
  static let lookAgain = Duration.seconds(30)
  /// How many former versions may wait for their users: more means that these never restart.
  static let previousMax = 4
  /// About an hour of the kernel's back-off: long enough for the other end to be restarted or repaired, short
  /// enough not to press a refused value on it for ever.
  static let attemptsMax = 20
  /// A rotation may wait this long (for a window, for a server that is down) before it is called overdue.
  static let graceLongest = Duration.seconds(86_400)

  init(_ resource: Resource<SecretSpec>, _ seen: SecretObserved, _ context: PlanContext) {
    self.resource = resource
    self.seen = seen
    self.context = context
  }

  var spec: SecretSpec { resource.spec }
  var now: Instant { context.now }
  var zone: Zone { context.environment.zone }

  /// The version in force.
  var current: SecretVersion? { seen.versions.last { $0.phase == .current } }

  /// Those on their way into force, the furthest first. There should be one at most.
  var underWay: [SecretVersion] {
    seen.versions.filter(\.phase.isUnderway).sorted {
      ($0.phase.rank, $0.number) > ($1.phase.rank, $1.number)
    }
  }

  /// Those that were in force, the newest first.
  var former: [SecretVersion] { seen.versions.filter { $0.phase == .previous }.reversed() }

  /// Whether a run of `rotate` was cut off and is to be done again, whatever holds that up now. The copy that it left tells
  /// the next one that there was a first; `set` removes it.
  private var isCutOff: Bool {
    seen.leftover && spec.rotate != nil && underWay.contains { $0.phase == .pending }
  }

  mutating func make() -> Plan<SecretAction> {
    if let current {
      plan.facts = [
        .secretVersions(
          by: resource.id, name: resource.id.name, current: current.number,
          previous: former.map(\.number).sorted())
      ]
    }
    deliver()
    keepServer()
    rotate()
    retire()
    if seen.superseded || seen.leftover, !isCutOff {
      plan.actions.append(SecretAction(.tidy, version: 0))
    }
    notice()
    describe()
    return plan
  }

  /// Appends a step, unless it has failed for so long that a person must look (rule 11).
  mutating func append(_ action: SecretAction) {
    guard let attempts = attempts(at: action), attempts.backoff.attempts >= Self.attemptsMax,
      attempts.revision == nil || attempts.revision == resource.revision
    else {
      plan.actions.append(action)
      return
    }
    isStuck = true
    let cause = attempts.failure?.cause ?? "it does not last"
    plan.waitingOn.append(
      Wait(
        "`\(action)` did not succeed in \(attempts.backoff.attempts) attempts: \(cause)",
        endedBy: "mend the cause, then: steward reconcile \(resource.id)"))
    plan.findings.append(
      Finding(
        "stuck", .critical, "`\(action)` is given up for now: \(cause)",
        mend: "mend the cause, then: steward reconcile \(resource.id)",
        at: resource.place(of: place(of: action))))
  }

  private func attempts(at action: SecretAction) -> Attempts? {
    guard !context.memory.attempts.isEmpty, let json = try? JSON(encoding: action) else { return nil }
    return context.memory.attempts[json]
  }

  private func place(of action: SecretAction) -> String {
    switch action.step {
    case .set: spec.account == nil ? "rotate" : "in"
    case .test: spec.account == nil ? "test" : "in"
    case .deliver: "file"
    case .restore, .retire: spec.account == nil ? "kind" : "in"
    default: "kind"
    }
  }
}
