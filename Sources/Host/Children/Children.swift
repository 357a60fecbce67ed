internal import CrashPoints
internal import Glibc
internal import Synchronization

/// Children that outlive the daemon.
///
/// - Each is the leader of a session of its own, tied to no terminal, pipe or task of the daemon: it runs on
///   when the daemon stops, is killed or is replaced, and the next daemon finds it by its environment or its
///   record in the state folder (``list()``) and takes it over (``adopt(_:)``).
/// - Its output goes through a FIFO in the state folder to a log of bounded size; see ``OutputLimits``.
/// - When its first process ends, whatever else it left in its session, or that carries its environment, is
///   killed.
///
/// The daemon does not make itself the reaper of orphans (PR_SET_CHILD_SUBREAPER, prctl(2)). It would then
/// have to reap processes that it does not know, beside those other code of the process waits for; and it
/// would gain nothing, for descendants are found by their environment and waited for by descriptor, whoever
/// their parent is, and the children of an earlier daemon never become its own. As process 1 of a container,
/// give it an init (`docker run --init`).
public final class Children: Sendable {
  struct Watched: Sendable {
    let child: Child
    let process: WatchedProcess
    var isStopping = false
  }

  struct State {
    var watched: [Child: Watched] = [:]
    /// Instances that are being started: the second of two simultaneous starts is refused.
    var starting: Set<String> = []
    var outputs: [String: ChildOutput] = [:]
    var lastStream: UInt64 = 0
    var streams: [UInt64: AsyncStream<ChildExit>.Continuation] = [:]
  }

  /// Where FIFOs and logs are, by its path without symbolic links.
  public let stateFolder: String
  let folder: Folder
  let records: ChildRecords
  let limits: OutputLimits
  let clock: any WallClock
  let randomness: any Randomness
  let state = Mutex(State())

  /// More news than this that nobody reads are not kept; a full look (``list()``) replaces them.
  private static let exitsWaitingMax = 10_000

  /// The children of a state folder, which must exist, with no symbolic link on the way, and belong to one
  /// daemon only.
  /// - Throws: ``HostError``
  public init(
    stateFolder: String, limits: OutputLimits = OutputLimits(), clock: any WallClock = SystemClock(),
    randomness: any Randomness = SystemRandomness()
  ) throws(HostError) {
    let outer = try Folder(stateFolder)
    guard let name = FileName("output") else { throw HostError("open", stateFolder, code: EINVAL) }
    self.stateFolder = stateFolder
    folder = try effect("output.folder") { () throws(HostError) in try outer.makeFolder(name) }
    records = try ChildRecords(in: outer, stateFolder: stateFolder)
    self.limits = limits
    self.clock = clock
    self.randomness = randomness
  }

  /// Ends of watched children from now on, in the order they happened. Each caller gets its own stream.
  public func exits() -> AsyncStream<ChildExit> {
    let (stream, continuation) = AsyncStream<ChildExit>.makeStream(
      bufferingPolicy: .bufferingNewest(Self.exitsWaitingMax))
    let id = state.withLock { state in
      state.lastStream += 1
      state.streams[state.lastStream] = continuation
      return state.lastStream
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { $0.streams[id] = nil }
    }
    return stream
  }

  /// What the child and its descendants in its session use. `nil`: it has ended.
  public func use(of child: Child) async throws -> ResourceUse? {
    try await offPool { child.process.isRunning ? ResourceUse(ofSession: child.process.pid) : nil }
  }

  /// The last lines an instance printed, oldest first.
  public func recentOutput(of instance: String) async throws -> [String] {
    try await offPool { try self.output(of: instance).recentLines() }
  }

  func output(of instance: String) throws(HostError) -> ChildOutput {
    if let known = state.withLock({ $0.outputs[instance] }) { return known }
    let output = try ChildOutput(instance: instance, in: folder, limits)
    return state.withLock { state in
      if let known = state.outputs[instance] { return known }
      state.outputs[instance] = output
      return output
    }
  }

  func ended(_ child: Child, _ end: ProcessEnd) {
    let (isStopping, streams) = state.withLock { state in
      let watched = state.watched.removeValue(forKey: child)
      return (watched?.isStopping ?? false, Array(state.streams.values))
    }
    for stream in streams { stream.yield(ChildExit(child: child, end: end)) }
    Task { [self] in
      try? await offPool {
        // Who stops a child gives what is left of it its time first, and forgets it then.
        if isStopping { return }
        _ = self.killStrays(of: child)
        self.records.forget(child.run)
      }
    }
  }
}
