import Calendar
import Reconciliation

/// The people of a run: what they ask for, and how they mend what only a person can.
extension Shell {
  func ask(_ wish: Trouble.Wish, of id: ResourceID, wide: Bool, by person: Person) {
    guard isAlive, let ask = makeAsk(wish, id, wide: wide) else { return }
    stage.met.add(.asked(wish))
    submit(Request(ask, by: person.caller))
  }

  /// A reason longer than any line of the log: few letters, and thousands of marks on the last.
  static let novel = "hands off" + String(repeating: "\u{301}", count: 9_000)

  private func makeAsk(_ wish: Trouble.Wish, _ id: ResourceID, wide: Bool) -> Request.Ask? {
    var dice = stage.dice("ask")
    let scope = wide ? Scope(environment: id.environment) : Scope(id)
    let until = stage.wall + dice.seconds(600...200_000)
    switch wish {
    case .open: return .open(scope, until: until, reason: "a demo")
    case .close: return .close(scope, until: until, reason: "a freeze")
    case .end: return .end(reconciler.memory.overrides.keys.min() ?? scope)
    case .suspend: return .suspend(scope, until: until, reason: "hands off")
    case .suspendForGood: return .suspend(scope, until: nil, reason: Shell.novel)
    case .resume: return .resume(reconciler.memory.suspensions.keys.min() ?? scope)
    case .demand:
      guard let kind = kinds.first(where: { $0.name == id.controller }), !kind.requests.isEmpty else {
        return nil
      }
      return .demand(verb: dice.one(of: kind.requests), id, reason: "it is time")
    case .reconcile: return .reconcile(scope)
    case .approve, .approveOther:
      guard let (id, digest) = waiting.first else { return nil }
      return .approve(id, digest: wish == .approve ? digest : "0123456789ab", reason: "fine")
    case .reveal: return .reveal(id)
    }
  }

  /// What waits for an approval, by resource.
  var waiting: [(ResourceID, String)] {
    stage.drafts.keys.sorted().flatMap { reconciler.resources(of: $0) }.flatMap { kept in
      kept.held.compactMap { hold in hold.digest.map { (kept.resource.id, $0) } }.prefix(1)
    }
  }

  /// People look after what needs them: now and then while there is trouble, all of it in the calm.
  func patrol() {
    guard isAlive, !stage.isStill else { return }
    var dice = stage.dice("patrol")
    let isThorough = stage.isCalm
    for (id, digest) in waiting where isThorough || dice.percent(50) {
      for person in isThorough || dice.percent(50) ? [Person.rita, .ruth] : [.rita] {
        submit(Request(.approve(id, digest: digest, reason: "seen"), by: person.caller))
      }
    }
    for id in stage.blocked.sorted() where isThorough || dice.percent(30) {
      submit(Request(.reconcile(Scope(id)), by: Person.anna.caller))
    }
    guard isThorough else { return }
    for scope in reconciler.memory.suspensions.keys.sorted() {
      submit(Request(.resume(scope), by: Person.anna.caller))
    }
    for scope in reconciler.memory.overrides.keys.sorted() {
      submit(Request(.end(scope), by: Person.anna.caller))
    }
  }
}
