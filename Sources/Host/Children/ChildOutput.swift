internal import CLinux
internal import CrashPoints
internal import Glibc
internal import Synchronization

/// The way from a child's standard output and error to its log: a FIFO with a name, so that the next daemon
/// finds it.
///
/// The child holds the FIFO open for reading and writing (fifo(7)). So it never sees a closed pipe: while no
/// daemon reads, its output waits in the pipe, and when that is full, so does the child. The daemon reads
/// without blocking, keeps what is within the limits, and counts what it drops.
final class ChildOutput: Sendable {
  private struct State: ~Copyable {
    var log: RotatedLog
    var lines: RecentLines
    var allowance: Allowance
    var token: Poller.Token?
    var droppedBytes = 0
  }

  private let folder: Folder
  private let fifo: FileName
  private let reader: Descriptor
  private let clock = SystemClock()
  private let state: Mutex<State>
  /// A look never takes more than this at once, so that one child's flood does not delay another's words for
  /// long.
  private static let bytesPerLook = Int(OutputLimits.pipeBytes)

  /// Opens the output of an instance in `folder`, making the FIFO where there is none.
  init(instance: String, in folder: Folder, _ limits: OutputLimits) throws(HostError) {
    let base = Self.fileName(for: instance)
    guard let fifo = FileName(base + ".fifo"), let log = FileName(base + ".log"),
      let oldLog = FileName(base + ".log.1")
    else { throw HostError("open", instance, "not a name for an instance") }
    let made = effect("output.fifo") { fifo.withCString { mkfifoat(folder.descriptor.raw, $0, 0o600) } }
    if made != 0 && errno != EEXIST {
      throw .last("create", folder.path(of: fifo))
    }
    self.folder = folder
    self.fifo = fifo
    reader = try Self.open(fifo, O_RDONLY, in: folder)
    state = Mutex(
      State(
        log: RotatedLog(folder, log, oldLog, bytesMax: limits.logBytesMax), lines: RecentLines(limits),
        allowance: Allowance(limits, at: clock.monotonic)))
  }

  /// A new end for a child to hold: readable and writable, so that opening never waits and writing never
  /// fails.
  func childEnd() throws(HostError) -> Descriptor {
    let end = try Self.open(fifo, O_RDWR, in: folder)
    // Without O_NONBLOCK from here on: the flag belongs to the open file, which will be the child's, and
    // programs do not expect EAGAIN from their standard output.
    guard fcntl(end.raw, F_SETFL, 0) == 0 else { throw .last("prepare", folder.path(of: fifo)) }
    _ = clinux_set_pipe_size(end.raw, OutputLimits.pipeBytes)
    return end
  }

  /// Reads from now on, whenever there is something.
  func attend() throws(HostError) {
    try state.withLock { state throws(HostError) in
      guard state.token == nil else { return }
      state.token = try Poller.output.add(reader.raw, folder.path(of: fifo)) { self.look() }
    }
  }

  /// Stops reading; what is in the pipe stays there.
  func leave() {
    state.withLock { state in
      guard let token = state.token else { return }
      Poller.output.remove(reader.raw, token)
      state.token = nil
    }
  }

  /// The last lines, with everything that is in the pipe now.
  func recentLines() -> [String] {
    state.withLock { state in
      _ = drain(&state)
      return state.lines.lines
    }
  }

  private enum Found { case nothing, more, everybodyLeft, flood }

  private func look() {
    let found = state.withLock { drain(&$0) }
    switch found {
    case .nothing, .more: break
    // Level-triggered, the hang-up would be reported for ever. The next child's start attends again.
    case .everybodyLeft: leave()
    case .flood:
      leave()
      Task { [self] in
        try? await clock.sleep(for: OutputLimits.pauseOverRate)
        try? attend()
        // The flood may be over: then nobody else would say what was dropped.
        state.withLock { if drain(&$0) == .nothing { noteDropped(&$0) } }
      }
    }
  }

  private func drain(_ state: inout State) -> Found {
    withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
      var taken = 0
      while taken < Self.bytesPerLook {
        let count = read(reader.raw, buffer.baseAddress, buffer.count)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { return state.droppedBytes > 0 && taken > 0 ? .flood : .nothing }
        if count == 0 {
          noteDropped(&state)
          return .everybodyLeft
        }
        taken += count
        let granted = state.allowance.take(count, at: clock.monotonic)
        if granted > 0 {
          noteDropped(&state)
          keep(UnsafeRawBufferPointer(rebasing: buffer[..<granted]), &state)
        }
        state.droppedBytes += count - granted
      }
      return state.droppedBytes > 0 ? .flood : .more
    }
  }

  private func noteDropped(_ state: inout State) {
    guard state.droppedBytes > 0 else { return }
    let text =
      (state.log.isAtLineStart ? "" : "\n")
      + "[\(state.droppedBytes) bytes of output dropped: too much at once]\n"
    state.droppedBytes = 0
    Array(text.utf8).withUnsafeBytes { keep($0, &state) }
  }

  private func keep(_ bytes: UnsafeRawBufferPointer, _ state: inout State) {
    state.lines.append(bytes)
    // A full disk must stop neither the child nor the daemon.
    try? state.log.append(bytes)
  }

  private static func open(_ fifo: FileName, _ mode: Int32, in folder: Folder) throws(HostError) -> Descriptor
  {
    let path = folder.path(of: fifo)
    let flags = mode | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC
    let descriptor = try Descriptor(
      fifo.withCString { openat(folder.descriptor.raw, $0, flags) }, "open", path)
    var status = stat()
    guard fstat(descriptor.raw, &status) == 0 else { throw .last("look at", path) }
    guard status.st_mode & S_IFMT == S_IFIFO else { throw HostError("open", path, "it is not a FIFO") }
    return descriptor
  }

  /// A file name that belongs to one instance only: what is not a letter, a digit, "_" or "-" is written as
  /// %XX.
  static func fileName(for instance: String) -> String {
    instance.utf8.map { byte in
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
        || byte == UInt8(ascii: "-")
      if isPlain { return String(UnicodeScalar(byte)) }
      return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
