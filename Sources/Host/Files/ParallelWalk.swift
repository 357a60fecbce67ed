internal import Synchronization

extension Folder {
  /// Visits this folder and every folder below it on several threads at once, as ``walk(_:_:)`` does on one: parents
  /// before what is in them, without following links or crossing into other mounts, and reporting what cannot be
  /// entered. `visit` is called for different folders at the same time.
  ///
  /// Two threads, because listing and unlinking wait for the file system's locks more than for a processor: a second
  /// one nearly halves the time, a third hardly adds.
  /// - Throws: ``HostError`` where this folder itself cannot be listed; what `visit` throws; `CancellationError`.
  public func walk(
    _ limits: WalkLimits = WalkLimits(), threads: Int,
    _ visit: @escaping @Sendable (VisitedFolder) throws -> Void
  ) async throws -> WalkReport {
    let walk = ParallelWalk(from: self, limits, threads, visit)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<threads { group.addTask { try await offPool { walk.work() } } }
      try await group.waitForAll()
    }
    return try walk.outcome()
  }
}

/// A walk that several threads work at, each taking the next folder that nobody has entered.
private final class ParallelWalk: Sendable {
  private struct Pending {
    /// Nil for the folder that the walk begins with.
    let name: FileName?
    let parent: Folder
    let place: [FileName]
  }

  private struct State {
    var pending: [Pending]
    var underWay = 0
    var report = WalkReport()
    var failure: (any Error)?
  }

  private let limits: WalkLimits
  private let threads: Int
  private let visit: @Sendable (VisitedFolder) throws -> Void
  private let state: Mutex<State>
  private let bell = Signal()

  init(
    from root: Folder, _ limits: WalkLimits, _ threads: Int,
    _ visit: @escaping @Sendable (VisitedFolder) throws -> Void
  ) {
    self.limits = limits
    self.threads = threads
    self.visit = visit
    state = Mutex(State(pending: [Pending(name: nil, parent: root, place: [])]))
    bell.raise()
  }

  func outcome() throws -> WalkReport {
    var report = try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.report
    }
    report.mounts.sort()
    report.unreadable.sort()
    return report
  }

  func work() {
    while true {
      bell.wait()
      let (next, isOver) = state.withLock { state -> (Pending?, Bool) in
        if state.failure != nil { state.pending = [] }
        guard let next = state.pending.popLast() else { return (nil, state.underWay == 0) }
        state.underWay += 1
        return (next, false)
      }
      if isOver { return }
      if let next { finish(Result { try enter(next) }) }
    }
  }

  /// The folders found are waited for by whoever is free; with the last one, everybody goes home.
  private func finish(_ found: Result<[Pending], any Error>) {
    let calls = state.withLock { state in
      state.underWay -= 1
      switch found {
      case .success(let pending): state.pending += pending
      case .failure(let error): state.failure = state.failure ?? error
      }
      let isOver = state.underWay == 0 && (state.pending.isEmpty || state.failure != nil)
      return isOver ? threads : (try? found.get().count) ?? 0
    }
    for _ in 0..<calls { bell.raise() }
  }

  private func enter(_ next: Pending) throws -> [Pending] {
    let folder: Folder
    let listing: Listing
    let room = limits.entriesMax - state.withLock { $0.report.entriesSeen }
    do throws(HostError) {
      folder = try next.name.map { name throws(HostError) in try next.parent.subfolder(name) } ?? next.parent
      listing = try folder.entries(limit: max(0, room))
    } catch {
      guard let name = next.name else { throw error }
      state.withLock { state in
        if error.isMountPoint {
          state.report.mounts.append(next.parent.path(of: name))
        } else if !error.isAbsent {
          state.report.unreadable.append(error.description)
        }
      }
      return []
    }
    try visit(VisitedFolder(folder: folder, place: next.place, entries: listing.entries))
    let inner = listing.entries.filter { $0.kind == .folder }
    let isTooDeep = next.place.count >= limits.depthMax && !inner.isEmpty
    state.withLock { state in
      state.report.entriesSeen += listing.entries.count
      if listing.isTruncated || isTooDeep { state.report.isTruncated = true }
    }
    // The last is taken first, so that the folders of one level are entered in the order of the listing.
    return isTooDeep
      ? [] : inner.reversed().map { Pending(name: $0.name, parent: folder, place: next.place + [$0.name]) }
  }
}
