internal import CLinux
internal import Glibc
internal import Synchronization

/// News from a watched folder.
public enum FolderNews: Hashable, Sendable {
  /// Something in this folder changed, or the folder itself came, went or was replaced: look again.
  case changed(String)
  /// There was too much news to keep: look at everything again.
  case overflow
}

/// Watches folders through inotify(7), without polling.
///
/// Watched are the folder each path leads to now, and, on the way there, every folder that holds the next
/// name of the path or a symbolic link on it. So a rename-save in the folder, a link on the way that is
/// swapped, and a folder that vanishes (even with its parents) and comes back, are each seen. Not seen: a
/// change of what a link *inside* the folder leads to elsewhere; and changes made on another machine of a
/// network file system. For those one looks now and then.
public final class FolderWatch: Sendable {
  private struct State {
    /// By watch descriptor: which of the paths is concerned, and by which name only (`nil`: by any).
    var interests: [Int32: [Interest]] = [:]
    var waiting: Set<FolderNews> = []
    var lastStream: UInt64 = 0
    var streams: [UInt64: AsyncStream<Void>.Continuation] = [:]
    var token: Poller.Token?
  }

  private struct Interest: Hashable {
    let path: String
    let name: String?
  }

  private let inotify: Descriptor
  private let paths: [String]
  private let state = Mutex(State())

  /// What matters on the way: names that come, go or are exchanged.
  private static let wayMask = UInt32(
    IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
      | IN_DONT_FOLLOW)
  /// What matters at its end: also what is written into files, and who may read them.
  private static let endMask = wayMask | UInt32(IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB)

  /// Watches these folders, by absolute paths; they need not exist yet.
  /// - Throws: ``HostError``; out of watches (fs.inotify.max_user_watches) or instances among the reasons.
  public init(_ paths: [String]) throws(HostError) {
    for path in paths where !path.hasPrefix("/") { throw HostError("watch", path, "not an absolute path") }
    self.paths = paths
    inotify = try Descriptor(inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK)), "watch", "folders")
    try state.withLock { state throws(HostError) in try rewatch(&state) }
    let token = try Poller.quiet.add(inotify.raw, "folders") { [weak self] in self?.look() }
    state.withLock { $0.token = token }
  }

  deinit {
    state.withLock { state in
      if let token = state.token { Poller.quiet.remove(inotify.raw, token) }
      for stream in state.streams.values { stream.finish() }
    }
  }

  /// News as it comes. News that nobody has read yet is merged: a folder that changed a thousand times is
  /// told once. Meant for one reader: each piece of news is handed out once.
  public func news() -> AsyncStream<FolderNews> {
    let (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let id = state.withLock { state in
      state.lastStream += 1
      state.streams[state.lastStream] = ring
      if !state.waiting.isEmpty { ring.yield() }
      return state.lastStream
    }
    ring.onTermination = { [weak self] _ in self?.state.withLock { $0.streams[id] = nil } }
    let iterator = Bell(bell)
    return AsyncStream { [weak self] in
      while true {
        if let next = self?.take() { return next }
        guard await iterator.next() != nil else { return nil }
      }
    }
  }

  private func take() -> FolderNews? {
    state.withLock { state in
      if state.waiting.remove(.overflow) != nil {
        state.waiting = []
        return .overflow
      }
      return state.waiting.popFirst()
    }
  }

  private func look() {
    state.withLock { state in
      var isPathAffected = false
      for event in InotifyEvents.read(from: inotify.raw) {
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
          state.waiting.insert(.overflow)
          isPathAffected = true
          continue
        }
        for interest in state.interests[event.watch] ?? [] {
          let isOfItself = event.mask & UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT) != 0
          guard isOfItself || interest.name == nil || interest.name == event.name else { continue }
          if isOfItself || interest.name != nil { isPathAffected = true }
          state.waiting.insert(.changed(interest.path))
        }
      }
      if isPathAffected {
        do throws(HostError) {
          try rewatch(&state)
        } catch {
          // Out of watches: what is watched still is; the look that everybody takes now and then finds the
          // rest.
          state.waiting.insert(.overflow)
        }
      }
      if !state.waiting.isEmpty { for stream in state.streams.values { stream.yield() } }
    }
  }

  /// Finds the folders on the way to each path and watches them, again if the way changed meanwhile.
  private func rewatch(_ state: inout State) throws(HostError) {
    for _ in 0..<FolderWay.attemptsMax {
      let ways = paths.map { FolderWay(to: $0) }
      // Adding a watch again replaces its mask (IN_MASK_ADD would never drop what is not needed any more).
      var masks: [String: UInt32] = [:]
      for step in ways.flatMap(\.steps) {
        masks[step.folder, default: 0] |= step.name == nil ? Self.endMask : Self.wayMask
      }
      var interests: [Int32: [Interest]] = [:]
      var isMissing = false
      for way in ways {
        for step in way.steps {
          let watch = inotify_add_watch(inotify.raw, step.folder, masks[step.folder] ?? Self.endMask)
          if watch < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP) {
            isMissing = isMissing || errno != EACCES
            continue
          }
          guard watch >= 0 else { throw .last("watch", step.folder) }
          interests[watch, default: []].append(Interest(path: way.path, name: step.name))
        }
      }
      for watch in state.interests.keys where interests[watch] == nil { inotify_rm_watch(inotify.raw, watch) }
      state.interests = interests
      // A folder that came or went while the watches were being set would not be told of.
      if !isMissing && paths.map({ FolderWay(to: $0) }) == ways { return }
    }
    state.waiting.insert(.overflow)
  }
}

/// The one iterator of a stream, which only one stream of news asks.
private final class Bell: @unchecked Sendable {
  // Unchecked: an AsyncStream made by unfolding calls its closure one at a time.
  private var iterator: AsyncStream<Void>.Iterator
  init(_ stream: AsyncStream<Void>) { iterator = stream.makeAsyncIterator() }
  func next() async -> Void? { await iterator.next(isolation: nil) }
}
