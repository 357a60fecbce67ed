import Calendar
import Glibc
import Reconciliation
import StatusServer
import Synchronization

/// What the socket serves in these tests: a real reducer over a world of shutters, and a log in memory.
actor Town: StatusSource {
  static let kind = ControllerKind(Shutters.self)

  private var reconciler = Reconciler(kinds: [Town.kind])
  private nonisolated let changes = Atomic<UInt64>(0)
  private var requests: UInt64 = 0
  private let now = monday
  private var open: Set<ResourceID> = []
  private var rusty: Set<ResourceID> = []
  private var tally = EventTally()
  private var stalled: String?
  private(set) var log: [Event] = []
  let feed = EventFeed()
  private let callers = Mutex<[UInt32: Caller]>([:])
  private let peers = Mutex<Set<Seen>>([])

  /// Who called, as the server says.
  struct Seen: Hashable {
    let uid: UInt32
    let gid: UInt32
    let groups: [UInt32]
  }

  // MARK: What tests do to it

  /// Lets something happen, and all that follows.
  @discardableResult
  func tell(_ input: Input) -> [UInt64: Answer] {
    noteChange()
    var inbox = [input]
    var answers: [UInt64: Answer] = [:]
    while !inbox.isEmpty {
      for effect in reconciler.step(inbox.removeFirst(), now: now) {
        switch effect {
        case .record(let events): append(events)
        case .observe(let resource): inbox.append(.observed(resource.id, look(at: resource.id)))
        case .perform(let action, let resource, let intent):
          if action.verb == "raise" { open.insert(resource.id) } else { open.remove(resource.id) }
          inbox.append(
            .finished(intent: intent, of: resource.id, .success(Outcome(action.description))))
        case .answer(let number, let answer): answers[number] = answer
        case .reveal(let number, let resource):
          answers[number] = .accepted(sequence: 0, message: "secret of \(resource.id)")
        }
      }
    }
    return answers
  }

  private nonisolated func noteChange() { changes.add(1, ordering: .acquiringAndReleasing) }

  private func append(_ events: [Event]) {
    log += events
    for event in events { tally.count(event) }
    feed.publish(events)
  }

  private func look(at id: ResourceID) -> Observation<AnyObserved> {
    let json: JSON = ["isOpen": .bool(open.contains(id)), "isRusty": .bool(rusty.contains(id))]
    // What this world holds is what its controller observes.
    return .known(try! Town.kind.observed(from: json), at: now)
  }

  func rust(_ id: ResourceID) {
    rusty.insert(id)
    tell(.noticed(id))
  }

  func stall(_ why: String?) {
    noteChange()
    stalled = why
  }

  /// Says who the user with this number is from now on.
  nonisolated func introduce(_ uid: UInt32, as caller: Caller) {
    callers.withLock { $0[uid] = caller }
    noteChange()
  }

  /// Who has called so far.
  nonisolated var seen: Set<Seen> { peers.withLock { $0 } }

  // MARK: StatusSource

  nonisolated var revision: UInt64 { changes.load(ordering: .acquiring) }

  func snapshot() -> Snapshot {
    var daemon = DaemonFigures(
      version: "1.2.3", startedAt: monday, configurationFolder: "/etc/steward",
      stateFolder: "/var/lib/steward")
    daemon.logStalled = stalled
    daemon.tally = tally
    return Snapshot(reconciler: reconciler, now: now, daemon: daemon)
  }

  func submit(_ request: Request) -> Reply {
    requests += 1
    guard let answer = tell(.requested(request, number: requests))[requests] else {
      return .failed(
        Failure(.transient, code: "lost", operation: request.ask.verb, subject: "town", cause: "no answer"))
    }
    if case .reveal = request.ask, case .accepted(_, let message) = answer { return .secret(message) }
    return .answer(answer)
  }

  func turnAway(_ caller: Caller, what: String) { tell(.turnedAway(caller, what: what)) }

  nonisolated func caller(uid: UInt32, gid: UInt32, groups: [UInt32]) async -> Caller {
    peers.withLock { _ = $0.insert(Seen(uid: uid, gid: gid, groups: groups)) }
    return callers.withLock { $0[uid] }
      ?? Caller(name: uid == geteuid() ? "owner" : "\(uid)", roles: [], isOwner: uid == geteuid())
  }

  func events(_ query: EventQuery) -> [Event] {
    let found = log.filter(query.matches)
    return Array(query.newestFirst ? found.reversed().prefix(query.limit) : found.prefix(query.limit))
  }

  func live() -> AsyncStream<Event> { feed.listen() }

  func verifyLog(against checkpoints: [LogCheckpoint]) -> LogVerification {
    let stranger = checkpoints.first { checkpoint in checkpoint.sequence > log.count }
    return LogVerification(
      events: Int64(log.count), head: stranger == nil ? "00ff" : nil, brokenAt: stranger?.sequence,
      message: "\(log.count) events, unbroken")
  }

  func checkpoint() -> LogCheckpoint? {
    log.last.map { event in
      LogCheckpoint(sequence: event.sequence, hash: String(repeating: "0f", count: 32), at: event.at)
    }
  }
}

/// A resource of the tests.
func shutter(_ environment: String, _ name: String) -> ResourceID {
  ResourceID(environment: environment, controller: "shutters", name: name)
}
