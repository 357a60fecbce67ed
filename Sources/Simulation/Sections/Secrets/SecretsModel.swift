import Calendar
import Reconciliation
import SecretStore
import Secrets

/// One secret: the sealed store, the env file, and the other end, whose accounts take some values and no others. A value is
/// a number here that no other value has.
final class SecretsModel: Model {
  struct Store {
    var versions: [SecretVersion] = []
    var values: [Int: Int] = [:]
    var nextNumber = 1
    /// Whether what a change replaced can still be had.
    var isSuperseded = false
  }

  struct File {
    /// The values that it holds; nil where there is none.
    var values: (current: Int, previous: Int?)?
    var state = SecretFileSeen.State.holds
    var unusableUntil = Duration.zero
  }

  let id: ResourceID
  private(set) var store = Store()
  /// Whether the store is a vault, which keeps what a write replaced until that is destroyed: all of a run are, or none.
  private var isVault = false
  /// A copy of the store as it was some versions ago, as backups have it.
  private var old: Store?
  private(set) var hasLeftover = false
  private(set) var file = File()
  private(set) var otherEnd = OtherEnd()
  /// Whether somebody changed the store or the other end behind the daemon's back since the last rotation.
  private(set) var isTampered = false
  /// When a version last came into force.
  private(set) var finishedAt = Duration.zero

  init(_ id: ResourceID) { self.id = id }

  var versions: [SecretVersion] { store.versions }
  var current: SecretVersion? { store.versions.last { $0.phase == .current } }
  var underWay: [SecretVersion] { store.versions.filter(\.phase.isUnderway) }
  /// Whether a run of `rotate` was cut off that is to be done again.
  var isCutOff: Bool { hasLeftover && store.versions.contains { $0.phase == .pending } }
  /// Whether an account that takes one password took the next one, and that is not in force yet.
  var isPausing: Bool { store.versions.contains { $0.phase == .set || $0.phase == .tested } }
  func value(_ number: Int) -> Int? { store.values[number] }

  func begin(_ stage: Stage) {
    var dice = Dice(stage.script.seed, "vault")
    isVault = dice.percent(50)
  }

  private func draft(_ stage: Stage) -> SecretEntry? { stage.inForce[id.environment]?.secret(id.name) }

  /// The value that is written in the file for everybody.
  private func written(_ draft: SecretEntry?) -> Int? { draft?.fixed.map { -100 - $0 } }

  func look(_ stage: Stage) -> AnyObserved {
    let draft = draft(stage)
    return AnyObserved(
      typed: SecretObserved(
        versions: store.versions, file: draft?.file == nil ? nil : seenFile(stage),
        written: written(draft).map { value in
          store.versions.map(\.number).filter { store.values[$0] == value }
        }, leftover: hasLeftover, superseded: store.isSuperseded,
        server: draft?.account == nil ? nil : seenServer(stage)))
  }

  private func seenServer(_ stage: Stage) -> ServerSeen {
    guard !otherEnd.isSilent(at: stage.elapsed) else { return ServerSeen(unknown: "Connection refused") }
    var seen = ServerSeen()
    if let current { seen.login = works(current.number) ? .works : .refused }
    if seen.login == .refused {
      seen.older = store.versions.last { $0.phase == .previous && works($0.number) }?.number
    }
    if seen.login != .works || store.versions.contains(where: { $0.phase == .pending }) {
      seen.refusal = otherEnd.isRefusing(at: stage.elapsed) ? "a role is missing" : nil
    }
    return seen
  }

  func seenFile(_ stage: Stage) -> SecretFileSeen {
    if stage.elapsed < file.unusableUntil { return SecretFileSeen(.unusable, reason: "a simulated fault") }
    guard let values = file.values else {
      return SecretFileSeen(file.state == .foreign ? .foreign : .missing)
    }
    guard file.state == .holds else { return SecretFileSeen(file.state) }
    func number(_ value: Int) -> Int? {
      store.versions.last { !$0.phase.isUnderway && store.values[$0.number] == value }?.number
    }
    guard let current = number(values.current) else { return SecretFileSeen(.differs) }
    guard let previous = values.previous else { return .holds(current) }
    return number(previous).map { .holds(current, previous: $0) } ?? SecretFileSeen(.differs)
  }

  func works(_ number: Int) -> Bool {
    guard let value = store.values[number] else { return false }
    return otherEnd.takes(value, as: store.versions.last { $0.number == number }?.user ?? "")
  }

  func duration(of action: AnyAction, _ dice: inout Dice) -> Duration {
    .milliseconds(
      action.verb == "set" || action.verb == "test" ? dice.number(100...9_000) : dice.number(2...200))
  }

  /// The command that sets a value may have reached the other end before it was given up.
  func outlives(_ action: AnyAction) -> Bool { action.verb == "set" }

  var isUnforeseeable: Bool { isTampered }

  // MARK: Actions

  func act(
    _ any: AnyAction, _ resource: AnyResource, _ portion: Portion, _ stage: Stage
  ) -> Result<Outcome, Failure> {
    guard let action = any.typed(as: SecretAction.self), let spec = resource.typed(as: SecretSpec.self)?.spec,
      portion != .nothing
    else { return .success(Outcome("nothing")) }
    func done(_ number: Int? = nil) -> Result<Outcome, Failure> {
      .success(
        Outcome(
          any.description,
          details: [
            "version": .integer(Int64(number ?? action.version)), "kind": .string(spec.kind.rawValue),
          ]))
    }
    func gone(_ cause: String) -> Result<Outcome, Failure> { .failure(.movedOn(any, cause)) }
    // As what was begun says: its file can be another meanwhile.
    let turn = spec.turn
    if turn != nil, action.step.asksServer, otherEnd.isSilent(at: stage.elapsed) {
      return .failure(.simulated(.transient, any))
    }
    let version = store.versions.first { $0.number == action.version }
    let before = store
    // Half of a change is the new document beside the one before.
    defer {
      if isVault, portion == .half, before.nextNumber > 1, store.versions != before.versions {
        store.isSuperseded = true
      }
    }
    switch action.step {
    case .prepare:
      if let other = underWay.first, !stage.isCareless {
        return other.number >= action.version ? done(other.number) : gone("another is on its way")
      }
      store.nextNumber = max(store.nextNumber, action.version)
      let number = store.nextNumber
      store.nextNumber += 1
      store.values[number] = written(draft(stage)) ?? stage.nextToken()
      store.versions.append(
        SecretVersion(number: number, created: stage.wall, phase: .pending, user: action.user))
      return done(number)
    case .set:
      guard let version else { return gone("the version is gone") }
      guard version.phase == .pending else { return done() }
      if let turn {
        guard makeTake(version, turn, stage) else { return gone("a role is missing") }
        if portion == .whole { move(version.number, to: .set) }
        return done()
      }
      return set(version, spec, portion, stage, failing: any).map { _ in try! done().get() }
    case .test:
      guard let version else { return gone("the version is gone") }
      if version.phase == .current { return done() }
      if spec.test != nil || turn != nil, !works(version.number) {
        if version.phase != .pending, turn != nil || current.map({ works($0.number) }) == true {
          move(version.number, to: .pending)
        }
        return gone("it does not work")
      }
      move(version.number, to: .tested)
      return done()
    case .finish:
      guard let version else { return gone("the version is gone") }
      if version.phase == .current { return done() }
      guard version.phase == .tested else { return gone("it is not tested") }
      finish(version.number, until: spec.overlap.added(to: stage.wall, in: spec.zone), stage)
      return done()
    case .deliver:
      guard version?.phase == .current else { return gone("it is not in force") }
      guard stage.elapsed >= file.unusableUntil else { return .failure(.simulated(.needsOperator, any)) }
      file.values = store.values[action.version].map { ($0, action.previous.flatMap { store.values[$0] }) }
      file.state = .holds
      return done()
    case .retire, .abandon:
      let phase: SecretVersion.Phase = action.step == .retire ? .previous : .pending
      guard let version else { return done() }
      guard version.phase == phase || stage.isCareless else { return gone("it has moved on") }
      if turn != nil, action.step == .retire, let value = store.values[version.number] {
        otherEnd.retire(value, of: version.user ?? "")
        if portion == .half { return done() }
      }
      store.versions.removeAll { $0.number == version.number }
      store.values[version.number] = nil
      return done()
    case .restore:
      guard let version, let turn, version.phase == .current else { return gone("it is not in force") }
      return makeTake(version, turn, stage) ? done() : gone("a role is missing")
    case .tidy:
      hasLeftover = false
      if portion == .whole { store.isSuperseded = false }
      return done()
    }
  }

  /// As the controller does it: a run that was cut off is decided by `test`, and so is one that fails.
  private func set(
    _ version: SecretVersion, _ spec: SecretSpec, _ portion: Portion, _ stage: Stage,
    failing action: AnyAction
  ) -> Result<Void, Failure> {
    let isDecided = hasLeftover && spec.test != nil && works(version.number)
    if !isDecided || stage.isCareless {
      guard !otherEnd.isRefusing(at: stage.elapsed) else {
        hasLeftover = false
        return .failure(.simulated(.transient, action))
      }
      if let value = store.values[version.number] {
        otherEnd.tell(value, isGentle: !spec.overlap.isZero, bearsTwice: spec.test == nil)
      }
    }
    if portion == .half {
      // The other end was told, and nobody marked it.
      hasLeftover = true
      return .success(())
    }
    move(version.number, to: .set)
    hasLeftover = false
    return .success(())
  }

  /// Makes the version's account take its value, unless it does; false where that is refused.
  private func makeTake(_ version: SecretVersion, _ turn: SecretEntry.Account.Turn, _ stage: Stage) -> Bool {
    guard !works(version.number) else { return true }
    guard !otherEnd.isRefusing(at: stage.elapsed), let value = store.values[version.number] else {
      return false
    }
    otherEnd.give(value, to: version.user ?? "", turn)
    return true
  }

  private func move(_ number: Int, to phase: SecretVersion.Phase) {
    guard let index = store.versions.firstIndex(where: { $0.number == number }) else { return }
    store.versions[index].phase = phase
    store.versions[index].overlapUntil = nil
  }

  private func finish(_ number: Int, until: Instant, _ stage: Stage) {
    old = store
    for index in store.versions.indices where store.versions[index].phase == .current {
      store.versions[index].phase = .previous
      store.versions[index].overlapUntil = until
    }
    move(number, to: .current)
    finishedAt = stage.elapsed
    isTampered = false
  }

  // MARK: What others do

  func bringBackOldStore(_ stage: Stage) {
    guard let old else { return }
    store = old
    isTampered = true
    stage.disturb(id, for: Stage.backoff)
  }

  /// Somebody has the vault keep a document once more, by hand.
  func rewrite(_ stage: Stage) {
    guard isVault, !store.versions.isEmpty else { return }
    store.isSuperseded = true
    stage.disturb(id, for: Stage.backoff)
  }

  /// The other end refuses whatever is new for a while.
  func refuse(for pause: Duration, _ stage: Stage) {
    otherEnd.refusesUntil = stage.elapsed + pause
    stage.disturb(id, for: pause + Stage.backoff)
  }

  /// The account's server does not answer for a while.
  func fallSilent(for pause: Duration, _ stage: Stage) {
    guard draft(stage)?.account != nil else { return }
    otherEnd.silentUntil = stage.elapsed + pause
    stage.disturb(id, for: pause + Stage.backoff)
  }

  /// The other end comes back from a backup of its own: what is no account's password is a former value then.
  func bringBackOtherEnd(_ stage: Stage) {
    if draft(stage)?.account != nil {
      otherEnd.bringBackCopy()
    } else if let former = store.versions.first(where: { $0.phase == .previous }),
      let value = store.values[former.number], otherEnd.accepted != nil
    {
      otherEnd.takeAlone(value, as: "")
    } else {
      return
    }
    isTampered = true
    stage.disturb(id, for: Stage.backoff)
  }

  /// Somebody gives the account in force another password.
  func setByHand(_ stage: Stage) {
    guard draft(stage)?.account != nil, let current else { return }
    otherEnd.takeAlone(stage.nextToken(), as: current.user ?? "")
    isTampered = true
    stage.disturb(id, for: Stage.backoff)
  }

  /// What somebody does to an env file.
  enum FileTrouble: String, Sendable, CaseIterable {
    case edited, removed, exposed, foreign, unusable
  }

  func touchFile(_ trouble: FileTrouble, for duration: Duration, _ stage: Stage) {
    stage.disturb(id, for: Stage.backoff)
    switch trouble {
    case .edited: if file.values != nil { file.state = .differs }
    case .removed: file = File()
    case .exposed: if file.values != nil { file.state = .exposed }
    case .foreign: file.state = .foreign
    case .unusable:
      file.unusableUntil = stage.elapsed + duration
      stage.disturb(id, for: duration + Stage.backoff)
    }
  }

  func heal(_ stage: Stage) {
    otherEnd.refusesUntil = .zero
    otherEnd.silentUntil = .zero
    file.unusableUntil = .zero
    // A person moves what is somebody else's away.
    if file.state == .foreign { file = File() }
  }
}

extension SecretSpec {
  /// How a new password comes into the account that it names; nil where it names none.
  var turn: SecretEntry.Account.Turn? {
    guard let server, role != nil else { return nil }
    if server.hasPrefix("cache/") { return .takesSeveral }
    return overlap.isZero ? .pauses : .takesTurns
  }
}

extension SecretAction.Step {
  /// Whether it is done in the server of an account, or after asking there.
  fileprivate var asksServer: Bool {
    switch self {
    case .set, .test, .restore, .retire: true
    case .prepare, .finish, .deliver, .abandon, .tidy: false
    }
  }
}
