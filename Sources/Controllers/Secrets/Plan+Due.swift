import Calendar
import Reconciliation
import SecretStore

/// When a secret needs a new version.
enum SecretDue: Equatable {
  /// Now, for this reason.
  case now(String)
  /// When its period ends.
  case at(Instant)
  /// Not by itself.
  case never
}

extension SecretPlanning {
  /// Rules 4 to 6, for a secret with no version under way.
  var due: SecretDue {
    guard let current else { return .now(lost.map { "version \($0) is lost" } ?? "there is none yet") }
    if spec.kind == .fixed {
      return seen.written?.contains(current.number) == true ? .never : .now("its value in the file is new")
    }
    guard spec.canRotate else { return .never }
    if let lost { return .now("version \(lost) is lost") }
    if let why = serverDue(of: current) { return .now(why) }
    if wasWritten(current) { return .now("it was written in the file before") }
    if let demand = demand(since: current) { return .now("\(demand.owner) asked for it") }
    guard let at = end(of: current) else { return .never }
    return at <= now ? .now("every \(spec.every?.inDays ?? "")") : .at(at)
  }

  /// When the period of a version ends. One that says it was made in the future has no age until then.
  func end(of version: SecretVersion) -> Instant? {
    spec.every?.added(to: version.created, in: zone)
  }

  /// When a version that is still in force counts as overdue: a day after its period, or a tenth of a short
  /// period.
  func overdue(_ version: SecretVersion) -> Instant? {
    guard let every = spec.every, let end = end(of: version) else { return nil }
    return end + min(Self.graceLongest, every.shortest / 10)
  }

  /// A person's demand that `version` does not satisfy.
  func demand(since version: SecretVersion) -> Demand? {
    guard let demand = context.requested("rotate") else { return nil }
    if version.created >= demand.at, version.created <= now { return nil }
    // Where the clock went back since, the order of the events decides.
    if let made = context.memory.lastDone["prepare"], made.sequence > demand.sequence,
      made.version == version.number
    {
      return nil
    }
    return demand
  }

  /// Whether `version` was made while the secret was a fixed one: everybody could read it.
  private func wasWritten(_ version: SecretVersion) -> Bool {
    guard let made = context.memory.lastDone["prepare"], made.version == version.number else { return false }
    return made.details["kind"].text == SecretKind.fixed.rawValue
  }

  /// A version that the log saw come into force and that is newer than all in the store: an old copy of the
  /// store came back, and the value is gone. What is written in the file cannot be lost.
  var lost: Int? {
    guard spec.kind != .fixed, let remembered = context.memory.lastDone["finish"]?.version else { return nil }
    return remembered > (seen.versions.last?.number ?? 0) ? remembered : nil
  }

  /// The number after the highest that the store or the log knows (rule 7).
  ///
  /// A version that was prepared and is neither in the store nor known to anybody is prepared again under its own
  /// number: where a store says "done" and keeps nothing, that is the same action, and each repetition waits longer.
  var nextNumber: Int {
    let prepared = context.memory.lastDone["prepare"]?.version.map { isKnown($0) ? $0 : $0 - 1 }
    let finished = context.memory.lastDone["finish"]?.version
    return max(seen.versions.last?.number ?? 0, prepared ?? 0, finished ?? 0) + 1
  }

  /// Whether a version was given up on purpose, or may be known outside the store.
  private func isKnown(_ number: Int) -> Bool {
    context.memory.lastDone["abandon"]?.version == number || wasTold(number)
  }
}

extension Completion {
  /// The version that the action was about.
  var version: Int? { (action["version"].int ?? details["version"].int).map(Int.init) }
}
