internal import Synchronization

/// Children for tests: they exist in memory, run until they are stopped or told to end, and start when they
/// are told to.
public final class PretendChildren: ChildKeeper {
  private struct State {
    var running: [String: Child] = [:]
    var lastPID: Int32 = 1000
    var launches: [ChildLaunch] = []
    var marks: [String: [String: String]] = [:]
    var streams: [AsyncStream<ChildExit>.Continuation] = []
    var output: [String: [String]] = [:]
    var refusal: HostError?
  }

  private let state = Mutex(State())

  /// No children yet.
  public init() {}

  /// What was asked to be started, in order.
  public var launches: [ChildLaunch] { state.withLock(\.launches) }

  /// Lets every start fail from now on, or, with `nil`, succeed again.
  public func refuseStarts(_ error: HostError?) { state.withLock { $0.refusal = error } }

  /// Lets a child end by itself. Nothing happens where the instance does not run.
  public func end(_ instance: String, _ end: ProcessEnd) {
    let (child, streams) = state.withLock { ($0.running.removeValue(forKey: instance), $0.streams) }
    guard let child else { return }
    for stream in streams { stream.yield(ChildExit(child: child, end: end)) }
  }

  /// Lets an instance have printed these lines.
  public func say(_ lines: [String], by instance: String) { state.withLock { $0.output[instance] = lines } }

  public func start(_ launch: ChildLaunch) async throws -> Child {
    try state.withLock { state in
      state.launches.append(launch)
      if let refusal = state.refusal { throw refusal }
      guard state.running[launch.instance] == nil else {
        throw HostError("start", launch.instance, "it runs already", class: .transient)
      }
      state.lastPID += 1
      let process = ProcessIdentity(
        pid: state.lastPID, startTicks: UInt64(state.lastPID), bootID: "pretended")
      let child = Child(instance: launch.instance, process: process, run: "run-\(state.lastPID)")
      state.running[launch.instance] = child
      state.marks[child.run] = launch.marks
      return child
    }
  }

  public func list() async throws -> [Child] {
    state.withLock { $0.running.values.sorted { $0.instance < $1.instance } }
  }

  public func marks(of child: Child) async throws -> [String: String] {
    state.withLock { $0.marks[child.run] ?? [:] }
  }

  public func adopt(_ child: Child) async throws -> Bool {
    state.withLock { $0.running[child.instance] == child }
  }

  public func stop(_ child: Child, within grace: Duration) async throws -> ChildStop {
    guard try await adopt(child) else { return ChildStop(end: .unseen) }
    end(child.instance, .signaled(.terminate))
    return ChildStop(end: .signaled(.terminate))
  }

  public func signal(_ child: Child, _ signal: ProcessSignal) throws -> Bool {
    let isRunning = state.withLock { $0.running[child.instance] == child }
    if isRunning && (signal == .terminate || signal == .kill) { end(child.instance, .signaled(signal)) }
    return isRunning
  }

  public func use(of child: Child) async throws -> ResourceUse? { nil }

  public func recentOutput(of instance: String) async throws -> [String] {
    state.withLock { $0.output[instance] ?? [] }
  }

  public func exits() -> AsyncStream<ChildExit> {
    let (stream, continuation) = AsyncStream<ChildExit>.makeStream()
    state.withLock { $0.streams.append(continuation) }
    return stream
  }
}
