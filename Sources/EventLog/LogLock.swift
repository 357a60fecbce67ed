import CrashPoints
import Glibc
import Synchronization

/// The right to write a log, held by one process at a time and given back by the kernel however the process
/// ends.
///
/// SQLite itself would let two daemons write in turn, each with a memory that lacks the other's events. The
/// file beside the log stays when the lock is given back: whoever removed it could remove the one that
/// another just locked.
final class LogLock: Sendable {
  private let descriptor: Mutex<Int32?>

  /// Takes the lock of the log at `path`.
  /// - Throws: ``EventLogError`` of kind `refused` that names the process which holds it.
  init(of path: String) throws(EventLogError) {
    let lockPath = "\(path).lock"
    let descriptor = effect("log.lock") { open(lockPath, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else { throw LogFile.failure(path, "could not open the lock file \(lockPath)") }
    var patience = Self.patience
    // A child that a killed daemon had just forked shares its lock until it starts its program.
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EWOULDBLOCK, patience > 0, Self.isGone(descriptor) {
        patience -= 1
        usleep(10_000)
        continue
      }
      defer { close(descriptor) }
      guard code == EWOULDBLOCK else {
        errno = code
        throw LogFile.failure(path, "could not lock \(lockPath)")
      }
      throw EventLogError(
        .refused, path,
        "\(Self.holder(descriptor)) is writing this event log (it has locked \(lockPath)): "
          + "only one daemon may; end the other, or give this one a state folder of its own")
    }
    // Who holds the lock is for people to read; that it could not be written must not stop the daemon.
    let holder = Array("\(getpid())\n".utf8)
    effect("log.sign") {
      if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, holder, holder.count, 0) }
    }
    self.descriptor = Mutex(descriptor)
  }

  /// How many hundredths of a second the lock of a process that is gone is waited for.
  private static let patience = 1_000

  deinit { release() }

  /// Gives the lock back; more than once does no harm.
  func release() {
    descriptor.withLock { held in
      if let descriptor = held {
        // Closing alone would leave the lock to a child that was just forked and has yet to start its program.
        flock(descriptor, LOCK_UN)
        close(descriptor)
      }
      held = nil
    }
  }

  /// Whether the process that wrote its number into the lock file runs no longer.
  private static func isGone(_ descriptor: Int32) -> Bool {
    holderID(descriptor).map { access("/proc/\($0)", F_OK) != 0 } ?? false
  }

  /// The process that wrote its number into the lock file, as `process 4711 (stewardd)`.
  private static func holder(_ descriptor: Int32) -> String {
    guard let process = holderID(descriptor) else { return "another process" }
    return "process \(process)" + (commandName(of: process).map { " (\($0))" } ?? "")
  }

  private static func holderID(_ descriptor: Int32) -> Int32? {
    var buffer = [UInt8](repeating: 0, count: 32)
    let count = pread(descriptor, &buffer, buffer.count, 0)
    let text = String(
      decoding: buffer.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return Int32(text)
  }

  private static func commandName(of process: Int32) -> String? {
    let file = open("/proc/\(process)/comm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = read(file, &buffer, buffer.count)
    guard count > 1 else { return nil }
    return String(decoding: buffer.prefix(count - 1), as: UTF8.self)
  }
}
