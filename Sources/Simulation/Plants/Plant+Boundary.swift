import Calendar
import Database
import Desired
import Reconciliation

// What the faults of the shell change. Each is nothing where its fault is not planted.

extension Plant {
  /// What begins before the turn's events are durable, and what after.
  func split(_ effects: [Effect]) -> (early: [Effect], late: [Effect]) {
    guard has(.effectsBeforeRecord) || has(.answersBeforeRecord) else { return ([], effects) }
    func isEarly(_ effect: Effect) -> Bool {
      if case .answer = effect { return true }
      return has(.effectsBeforeRecord)
    }
    return (effects.filter(isEarly), effects.filter { !isEarly($0) })
  }

  /// What a new life remembers.
  func memory(_ remembered: Memory, _ log: [Event]) -> Memory {
    if has(.forgetsAll) { return Memory() }
    guard has(.forgetsSuspensions) else { return remembered }
    var memory = Memory()
    for event in log {
      if event.kind == .suspended {
        memory.apply(event.with(kind: .resumed))
      } else {
        memory.apply(event)
      }
    }
    return memory
  }

  /// What the clock says.
  func now(_ wall: Instant, after last: Instant?) -> Instant {
    has(.hiddenClock) ? max(wall, last ?? wall) : wall
  }

  /// What the reducer is told.
  func input(_ input: Input, _ shell: Shell) -> Input {
    switch input {
    case .adopted where has(.lostFileNews) && shell.counted("files") % 5 == 4: return .woke
    case .released(let name) where has(.tearsDown):
      guard var draft = shell.stage.drafts[name] else { return input }
      draft.sections[InstancesEntry.section] = draft.entries(InstancesEntry.self).map {
        var entry = $0
        entry.count = 0...0
        return Draft.Written(entry: entry)
      }
      return shell.folder.reading(draft).adopted.map { .adopted($0) } ?? input
    case .observed(let id, _) where has(.approvesAgain):
      for case (id, let digest) in shell.waiting where shell.counted("\(id) \(digest)") == 1 {
        for person in [Person.rita, .ruth] {
          let approval = Request(.approve(id, digest: digest, reason: "as ever"), by: person.caller)
          shell.inbox.append(.requested(approval, number: .max))
        }
      }
      return input
    case .finished(_, let id, .failure) where has(.forgives):
      shell.inbox.append(
        .requested(
          Request(.reconcile(Scope(id)), by: Caller(name: "steward", roles: [], isOwner: true)), number: .max)
      )
      return input
    default: return input
    }
  }

  /// The request as it is handed in.
  func request(_ request: Request) -> Request {
    if has(.forgedRole) {
      return Request(
        request.ask, by: Caller(name: request.caller.name, roles: request.caller.roles, isOwner: true))
    }
    guard has(.forgedApproval), case .approve = request.ask else { return request }
    // Whoever approves, another name stands in the log: one person counts as two.
    return Request(
      request.ask,
      by: Caller(name: "other-\(request.caller.name)", roles: ["release-engineer"], isOwner: false))
  }

  /// What is to be recorded.
  func recorded(_ events: [Event]) -> [Event] {
    guard has(.uncutLines) else { return events }
    return events.map { $0.kind == .failed ? $0.with(message: $0.message + Shell.novel) : $0 }
  }

  /// What of a transaction reaches the disk.
  func durable(_ events: [Event], _ shell: Shell) -> [Event] {
    guard has(.losesEvents), events.count > 1, shell.counted("transactions") % 25 == 24 else { return events }
    return events.dropLast()
  }

  /// What a look is answered with.
  func look(
    _ found: inout Observation<AnyObserved>, _ seen: inout Duration, of id: ResourceID, _ shell: Shell
  ) {
    guard has(.cachedLooks) else { return }
    let now = shell.stage.elapsed
    if let cached = shell.cache[id], now - cached.at < .seconds(86_400) {
      (found, seen) = (cached.found, cached.at)
    } else {
      shell.cache[id] = (found, now)
    }
  }

  /// What the reducer is told that a look found.
  func reported(
    _ found: Observation<AnyObserved>, of id: ResourceID, _ shell: Shell
  ) -> Observation<AnyObserved> {
    guard has(.unknownAsLast) || has(.unknownAsAbsent) || has(.unknownAsSound) else { return found }
    if case .known = found {
      shell.cache[id] = (found, shell.stage.elapsed)
      return found
    }
    if has(.unknownAsSound) {
      guard id.controller == DatabaseEntry.section else { return found }
      return .known(AnyObserved(typed: DatabaseObserved()), at: shell.stage.wall)
    }
    if has(.unknownAsLast) { return shell.cache[id]?.found ?? found }
    guard let resource = shell.reconciler.resources[id]?.resource,
      let blank = kinds.first(where: { $0.name == id.controller })?.blank(resource)
    else { return found }
    return .known(blank, at: shell.stage.wall)
  }
}

extension Event {
  fileprivate func with(kind: EventKind? = nil, message: String? = nil) -> Event {
    Event(
      sequence: sequence, at: at, scope: scope, kind: kind ?? self.kind, severity: severity, actor: actor,
      cause: cause, message: message ?? self.message, body: body)
  }
}
