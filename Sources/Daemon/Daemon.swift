public import Calendar
import EventLog
import Host
import Logging
public import Reconciliation
import Synchronization

/// The shell around the reducer: it performs effects concurrently and feeds back what came of them.
///
/// All decisions are the reducer's. What this adds is order (what a turn records is durable before anything of that
/// turn begins), concurrency with bounds, and the promise that no look, no action and no peer can stop the loop.
public actor Daemon {
  /// The reducer. Reading it is a copy: whoever answers a question works on a value that no longer changes.
  public private(set) var reconciler: Reconciler
  /// How often anything that the daemon tells of itself has changed; an answer is good for as long as this stays. It
  /// grows before the change can be seen, so whoever reads it first and then looks never takes an old view for a new.
  public nonisolated var revision: UInt64 { changes.load(ordering: .acquiring) }
  private nonisolated let changes = Atomic<UInt64>(0)
  /// When the daemon began.
  public let startedAt: Instant
  /// When the loop last turned.
  public private(set) var turnedAt: Instant
  /// Why nothing can be recorded now, and so nothing is done; nil where all is well.
  public internal(set) var stall: String? { willSet { if newValue != stall { noteChange() } } }
  /// What is wrong with the configuration folder or `steward.yaml`.
  public internal(set) var problems: [String] = [] { willSet { if newValue != problems { noteChange() } } }

  nonisolated let doors: Doors
  nonisolated let inbox = Inbox()
  private let actions: [String: LiveController]
  private let looks: Gate
  private var timer: (at: Instant, task: Task<Void, Never>)?
  private var actionsUnderWay = 0
  private var isEnding = false
  /// Why nothing that is asked for is taken in any more; nil while the loop turns.
  private(set) var ended: String?
  var replies: [UInt64: CheckedContinuation<Reply, Never>] = [:]
  var nextNumber: UInt64 = 0
  private var statusLine = StatusLine()
  /// What the manager was last told.
  private var toldLine = ""

  /// A daemon that remembers what the log holds.
  /// - Throws: `EventLogError` where the log cannot be read.
  public init(_ doors: Doors) throws {
    self.doors = doors
    var memory = Memory()
    try doors.log.replay { memory.apply($0) }
    reconciler = Reconciler(kinds: doors.controllers.map(\.kind), memory: memory)
    actions = Dictionary(
      doors.controllers.map { ($0.kind.name, $0) }, uniquingKeysWith: { first, _ in first })
    startedAt = doors.clock.now
    turnedAt = startedAt
    looks = Gate(width: Daemon.looksAtOnce)
  }

  /// Looks under way at once: enough that one slow server holds up nobody, few enough for a small machine.
  static let looksAtOnce = 32
  /// How long a look may take before its resource counts as unknown.
  static let lookLongest = Duration.seconds(30)
  /// How long actions that are under way may go on when the daemon ends. Below the unit's TimeoutStopSec; what has not
  /// ended by then is in doubt, and decided by a look after the next start.
  static let endingLongest = Duration.seconds(20)

  /// Keeps the environments until ``stop(reason:)``. `whenReady` runs once the first files are in force.
  /// - Throws: ``LogLost`` where the log can no longer be trusted: the process must end and look anew.
  public func run(reading configuration: Configuration, whenReady: @Sendable () async -> Void = {})
    async throws
  {
    // Every way out: who waits for an answer would wait for ever, and the server that serves him with him.
    defer {
      ended = "stewardd is ending"
      answerAll(with: .unavailable, "stewardd is ending")
    }
    try await turn([.input(.started(version: doors.version))])
    let first = try await configuration.start(telling: self)
    try await turn(first.map { .input($0) })
    let helpers = helpers(configuration)
    defer { for helper in helpers { helper.cancel() } }
    doors.notifier.tell(.ready(status: line))
    await whenReady()
    while true {
      let items = await inbox.take()
      try await turn(items)
      let stop = items.compactMap { if case .stop(let reason) = $0 { reason } else { nil } }.first
      guard let stop else { continue }
      try await end(because: stop)
      return
    }
  }

  /// Ends ``run(reading:whenReady:)`` in order.
  public nonisolated func stop(reason: String) { inbox.put(.stop(reason: reason)) }

  private func helpers(_ configuration: Configuration) -> [Task<Void, Never>] {
    var tasks = [Task { [inbox] in await configuration.follow(into: inbox) }]
    for stream in doors.notices {
      tasks.append(Task { [inbox] in for await id in stream { inbox.put(.noticed(id)) } })
    }
    if let interval = doors.notifier.watchdogInterval {
      tasks.append(
        Task { [inbox, clock = doors.clock] in
          while (try? await clock.sleep(for: interval / 3)) != nil { inbox.put(.beat) }
        })
    }
    return tasks
  }

  // MARK: A turn

  /// Takes in what arrived, makes what it led to durable, and begins the rest.
  func turn(_ items: [Inbox.Item]) async throws {
    let now = doors.clock.now
    var events: [Event] = []
    var rest: [Effect] = []
    for case .input(let input) in items {
      noteChange()
      for effect in reconciler.step(input, now: now) {
        if case .record(let recorded) = effect { events += recorded } else { rest.append(effect) }
      }
    }
    publish(try await record(events))
    for effect in rest { begin(effect) }
    turnedAt = now
    setTimer()
    answerTheManager(items)
  }

  private func noteChange() { changes.add(1, ordering: .acquiringAndReleasing) }

  private func begin(_ effect: Effect) {
    switch effect {
    case .record: break
    case .observe where isEnding, .perform where isEnding: break
    case .observe(let resource): look(at: resource)
    case .perform(let action, let resource, let intent): perform(action, of: resource, intent: intent)
    case .answer(let number, let answer):
      replies.removeValue(forKey: number)?.resume(returning: .answer(answer))
    case .reveal(let number, let resource): reveal(resource, number: number)
    }
  }

  private func look(at resource: AnyResource) {
    guard let controller = actions[resource.id.controller] else { return }
    Task { [looks, inbox, clock = doors.clock] in
      let found = await looks.pass {
        await withDeadline(Daemon.lookLongest, clock: clock) { await controller.observe(resource) }
      }
      let reason = "the look did not end within \(Daemon.lookLongest.components.seconds) seconds"
      inbox.put(.observed(resource.id, found ?? .unknown(reason: reason, since: clock.now)))
    }
  }

  private func perform(_ action: AnyAction, of resource: AnyResource, intent: Int64) {
    guard let controller = actions[resource.id.controller] else { return }
    actionsUnderWay += 1
    Task {
      let result: Result<Outcome, Failure>
      do {
        result = .success(try await controller.apply(action, to: resource))
      } catch let failure as Failure {
        result = .failure(failure)
      } catch {
        result = .failure(
          Failure(
            .transient, code: "unexpected", operation: action.description, subject: "\(resource.id)",
            cause: "\(error)"))
      }
      actionsUnderWay -= 1
      inbox.put(.finished(intent: intent, of: resource.id, result))
    }
  }

  private func reveal(_ resource: AnyResource, number: UInt64) {
    guard let controller = actions[resource.id.controller] else {
      let message = "nothing keeps \(resource.id)"
      replies.removeValue(forKey: number)?.resume(returning: .answer(.refused(.conflict, message: message)))
      return
    }
    Task {
      let reply: Reply
      do {
        reply = .secret(try await controller.reveal(resource))
      } catch let failure as Failure {
        reply = .failed(failure)
      } catch {
        reply = .failed(
          Failure(
            .transient, code: "unexpected", operation: "secret get", subject: "\(resource.id)",
            cause: "\(error)"))
      }
      replies.removeValue(forKey: number)?.resume(returning: reply)
    }
  }

  /// One timer for the earliest wake. A clock that was set ends it early, and the reducer decides anew.
  private func setTimer() {
    guard let next = reconciler.nextWake else { return }
    if let timer, timer.at == next, !timer.task.isCancelled { return }
    timer?.task.cancel()
    let task = Task { [inbox, clock = doors.clock] in
      guard (try? await clock.sleep(until: next)) != nil else { return }
      inbox.put(.woke)
    }
    timer = (next, task)
  }

  // MARK: The service manager

  private func answerTheManager(_ items: [Inbox.Item]) {
    for item in items {
      switch item {
      case .beat: doors.notifier.tell(.watchdog)
      case .reloaded: doors.notifier.tell(.ready(status: line))
      case .configured(let found): noteProblems(found)
      case .input, .stop: break
      }
    }
    statusLine.update(Set(items.compactMap(\.environment)), from: reconciler)
    guard toldLine != line else { return }
    toldLine = line
    doors.notifier.tell(.status(line))
  }

  private func noteProblems(_ found: [String]) {
    for problem in found where !problems.contains(problem) { doors.logger.error("\(problem)") }
    problems = found
  }

  private var line: String { stall.map { "stalled: \($0)" } ?? statusLine.text }

  /// Lets the actions under way end, begins nothing new, and says goodbye.
  private func end(because reason: String) async throws {
    isEnding = true
    doors.notifier.tell(.stopping)
    timer?.task.cancel()
    let deadline = doors.clock.monotonic + Daemon.endingLongest
    let alarm = Task { [inbox, clock = doors.clock] in
      guard (try? await clock.sleep(for: Daemon.endingLongest)) != nil else { return }
      inbox.put(.beat)
    }
    while actionsUnderWay > 0, doors.clock.monotonic < deadline {
      // Only ends are taken in: whatever else arrives is for the next start to see.
      try await turn(
        await inbox.take().filter { if case .input(.finished) = $0 { true } else { false } })
    }
    alarm.cancel()
    try await turn([.input(.stopping(reason: reason))])
  }
}
