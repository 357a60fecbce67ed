import Calendar
import Desired
import Host
import Reconciliation

/// The simulated world, and all that happens to it: what is true, whatever the daemon knows of it.
final class Stage {
  let script: Script
  /// The time since the start, by a clock that nobody sets.
  private(set) var elapsed = Duration.zero
  /// What somebody added to the wall clock since, and how fast it drifts.
  private(set) var offset = Duration.zero
  var driftPerMillion = 0
  var queue = Queue()
  var trace = Trace()
  var met = Occurrences()
  let zones: [String: Zone]

  /// What lies in the folder of environments, and the meaning of each text that is without a mistake.
  var files: [String: String] = [:]
  private var meant: [String: String] = [:]
  var meanings: [String: Draft] = [:]
  /// The last draft that each operator meant; the one that the reducer was told.
  var drafts: [String: Draft] = [:]
  private(set) var inForce: [String: Draft] = [:]
  /// When each file last changed.
  var changedAt: [String: Duration] = [:]

  private let models: [ResourceID: any Model]
  /// All resources that were ever written, in their order; and whom the trouble of each excuses.
  let ids: [ResourceID]
  private let entangled: [ResourceID: [ResourceID]]
  /// What windows mean, by their words: they are asked for far more often than they are written.
  private var hours: [[String]: Hours] = [:]
  /// The faults that last for a while.
  private var fogs: [ResourceID: [(fog: Trouble.Fog, from: Duration, to: Duration, before: AnyObserved?)]] =
    [:]
  private var faults: [ResourceID: [(fault: Trouble.Fault, lasting: Duration, until: Duration?)]] = [:]
  /// When something last happened that excuses a resource for a while; see ``disturb(_:for:)``.
  private var disturbedUntil: [ResourceID: Duration] = [:]
  /// What failed in a way that only a person or the file can end.
  var blocked: Set<ResourceID> = []
  /// When the machine last slept, the disk was last full, or the clock was last set: what was decided before is late.
  var lastJump = Duration.zero
  /// When somebody last changed what a resource is about, or an accident did.
  var lastBefallen: [ResourceID: Duration] = [:]
  /// When each environment's version in force last changed.
  private(set) var forcedAt: [String: Duration] = [:]
  /// What people ordered and were told is done.
  var orders = Orders()
  private var calendarSeen = Duration.zero
  private var lastPid: Int32 = 1_000
  private var lastToken = 0
  var boot = 1
  /// Whether actions take effect without a look at what an earlier attempt left: a planted fault.
  let isCareless: Bool

  init(_ script: Script, _ plant: Plant = .none) {
    self.script = script
    isCareless = plant.has(.carelessApply)
    zones = Dictionary(
      Draft.zones.compactMap { name in (try? SystemZones.database.zone(name)).map { (name, $0) } },
      uniquingKeysWith: { first, _ in first })
    ids = script.drafts.flatMap(\.ids).sorted()
    models = Dictionary(
      ids.compactMap { id in (Sections.of(id)?.model(of: id)).map { (id, $0) } }, uniquingKeysWith: { $1 })
    entangled = Stage.entanglements(ids)
    for draft in script.drafts { write(draft) }
  }

  private static func entanglements(_ ids: [ResourceID]) -> [ResourceID: [ResourceID]] {
    let open = ids.filter { Sections.of($0)?.isEntangled == true }
    let pairs = ids.map { id in
      (id, open.contains(id) ? open.filter { $0.environment == id.environment } : [id])
    }
    return Dictionary(pairs, uniquingKeysWith: { $1 })
  }

  // MARK: Time

  /// What the wall shows now.
  var wall: Instant { script.start + elapsed + offset }

  /// Whether no more faults come, and whether nothing comes at all.
  var isCalm: Bool { elapsed >= script.calmFrom }
  var isStill: Bool { elapsed >= script.stillFrom }

  func advance(to moment: Duration) {
    guard moment > elapsed else { return }
    defer { noticeCalendar() }
    let passed = moment - elapsed
    if driftPerMillion != 0 {
      offset += .microseconds(passed.microseconds * Int64(driftPerMillion) / 1_000_000)
    }
    elapsed = moment
  }

  /// Counts what the calendar brings, once a day.
  private func noticeCalendar() {
    guard elapsed >= calendarSeen + .seconds(86_400) else { return }
    let (before, now) = (script.start + calendarSeen + offset, wall)
    calendarSeen = elapsed
    for draft in drafts.values.sorted(by: { $0.name < $1.name }) {
      guard let zone = zones[draft.zone] else { continue }
      let change = zone.offset(at: now).seconds - zone.offset(at: before).seconds
      if change > 0 { met.add(.springForward) }
      if change < 0 { met.add(.fallBack) }
      let (then, today) = (zone.civil(at: before).date, zone.civil(at: now).date)
      if today.month == 2, today.day == 29 { met.add(.leapDay) }
      if today.month != then.month { met.add(.turnOfMonth) }
      if today.year != then.year { met.add(.turnOfYear) }
    }
  }

  func step(by duration: Duration) { offset += duration }

  func setClockRight() {
    offset = .zero
    driftPerMillion = 0
  }

  /// When the wall will show `instant`, if nobody sets it.
  func moment(of instant: Instant) -> Duration {
    let left = wall.distance(to: instant)
    guard left > .zero, driftPerMillion != 0 else { return elapsed + max(.zero, left) }
    // A little late rather than early: a timer never ends before its time.
    return elapsed + left - .microseconds(left.microseconds * Int64(driftPerMillion) / 1_000_000)
      + .milliseconds(20)
  }

  func zone(of environment: String) -> Zone {
    (inForce[environment] ?? drafts[environment]).flatMap { zones[$0.zone] } ?? .utc
  }

  // MARK: Things

  func model<M: Model>(_ id: ResourceID, as type: M.Type = M.self) -> M? { models[id] as? M }

  func anyModel(_ id: ResourceID) -> (any Model)? { models[id] }

  func secret(_ name: String, in environment: String) -> SecretsModel? {
    model(ResourceID(environment: environment, controller: "secrets", name: name))
  }

  func nextProcess() -> ProcessIdentity {
    lastPid += 1
    return ProcessIdentity(
      pid: lastPid, startTicks: UInt64(max(0, elapsed.microseconds / 10_000)), bootID: "boot-\(boot)")
  }

  func nextToken() -> Int {
    lastToken += 1
    return lastToken
  }

  func dice(_ words: String, _ numbers: UInt64 = 0) -> Dice {
    Dice(script.seed, words, UInt64(elapsed.microseconds), numbers)
  }

  /// When an entry of `instances` is open, as its file says; nil for others.
  func hours(_ id: ResourceID) -> Hours? {
    guard id.controller == InstancesEntry.section, let draft = inForce[id.environment]?.instances(id) else {
      return nil
    }
    return hours(draft.open.isEmpty ? ["always"] : draft.open, closed: draft.closed)
  }

  /// What these windows mean.
  func hours(_ open: [String], closed: [String] = []) -> Hours? {
    if let known = hours[open + ["closed"] + closed] { return known }
    let new = try? Hours(open: open, closed: closed)
    hours[open + ["closed"] + closed] = new
    return new
  }

  /// Whether it should be open at an instant: a person's order first, then the hours.
  func isOpen(_ id: ResourceID, at instant: Instant) -> Bool? {
    if let order = orders.override(for: id, at: instant) { return order }
    return hours(id)?.isOpen(at: instant, in: zone(of: id.environment))
  }

  /// Whether nothing excuses `id`: nobody troubled it for long enough, and nobody ordered it to be left alone.
  func isAnswerable(_ id: ResourceID) -> Bool {
    elapsed > answerable(id) && !blocked.contains(id) && !orders.isSuspended(id, at: wall)
      && !orders.isSuspended(id, at: wall - .seconds(1_200))
  }

  // MARK: Files

  /// The reducer is told that this is in force; nil: nothing is.
  func force(_ draft: Draft?, as name: String) {
    if inForce[name] != draft {
      disturb(environment: name, for: Stage.backoff)
      forcedAt[name] = elapsed
    }
    inForce[name] = draft
  }

  /// Lays the draft's text down.
  func write(_ draft: Draft) {
    // An edit of what is not written, the period of a fixed secret for one, means nothing.
    let draft = drafts[draft.name].flatMap { $0.text == draft.text ? $0 : nil } ?? draft
    drafts[draft.name] = draft
    meant[draft.name] = draft.text
    put(draft.text, meaning: draft, as: draft.name)
  }

  /// Lays a text down that means something, though not what its operator means.
  func put(_ text: String, meaning: Draft?, as name: String) {
    let source = SourceFile(name: "environments/\(name).yaml", contents: .success(Array(text.utf8)))
    if let meaning { meanings[source.digest] = meaning }
    put(text, as: name)
  }

  /// Whether the file says what its operator meant last.
  func isAsMeant(_ name: String) -> Bool { files[name] != nil && files[name] == meant[name] }

  func put(_ text: String?, as name: String) {
    guard files[name] != text else { return }
    files[name] = text
    changedAt[name] = elapsed
  }

  // MARK: Faults that last

  func add(_ fog: Trouble.Fog, _ id: ResourceID, for duration: Duration) {
    let before = models[id]?.look(self)
    fogs[id, default: []].append((fog, elapsed, elapsed + duration, before))
    disturb(id, for: duration)
  }

  func add(_ fault: Trouble.Fault, _ id: ResourceID, for duration: Duration) {
    faults[id, default: []].append((fault, duration, nil))
  }

  func fog(_ id: ResourceID) -> (fog: Trouble.Fog, before: AnyObserved?)? {
    fogs[id]?.last { $0.from <= elapsed && elapsed < $0.to }.map { ($0.fog, $0.before) }
  }

  /// What the action that begins now meets. A fault waits for its first action, however long that takes, and lasts from
  /// then on: most resources have nothing to do for days.
  func fault(_ id: ResourceID) -> Trouble.Fault? {
    faults[id]?.removeAll { $0.until.map { $0 <= elapsed } ?? false }
    guard let first = faults[id]?.first else { return nil }
    if first.until == nil {
      faults[id]?[0].until = elapsed + first.lasting
      disturb(id, for: first.lasting + Stage.backoff)
    }
    return first.fault
  }

  /// Ends all that lasts: the calm begins.
  func endFaults() {
    fogs = [:]
    faults = [:]
    for id in ids { models[id]?.heal(self) }
  }

  // MARK: What excuses

  /// The longest pause of the kernel's back-off, and a little.
  static let backoff = Duration.seconds(400)

  /// Something happens to `id` that the daemon may need time to get over. What entangled sections do hangs together in an
  /// environment, so that one excuses the other.
  func disturb(_ id: ResourceID, for duration: Duration = .zero) {
    for other in entangled[id] ?? [] {
      disturbedUntil[other] = max(disturbedUntil[other] ?? .zero, elapsed + duration)
    }
  }

  func disturb(environment: String, for duration: Duration = .zero) {
    for id in ids where environment == id.environment {
      disturbedUntil[id] = max(disturbedUntil[id] ?? .zero, elapsed + duration)
    }
  }

  func disturbAll(for duration: Duration = .zero) {
    for id in ids { disturbedUntil[id] = max(disturbedUntil[id] ?? .zero, elapsed + duration) }
  }

  /// Since when `id` has had no excuse: its last trouble, then a look, then a little. In the future where it has one.
  func answerable(_ id: ResourceID) -> Duration {
    (disturbedUntil[id] ?? .zero) + script.lookEvery + .seconds(900)
  }
}

extension Duration {
  /// In whole microseconds.
  var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
