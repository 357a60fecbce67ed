import CLinux
import CrashPoints
import Glibc
import StatusAPI

/// The right to make a socket at a path: held for the moment between looking at what is there and binding, so
/// that two daemons that start at once cannot both find a dead socket and one of them remove the other's live
/// one.
struct SocketClaim {
  private let path: String
  /// The parent folder, locked: a lock that needs no file of its own and ends with the process.
  private let folder: Int32

  /// Locks the parent folder.
  init(_ path: String) throws {
    guard path.hasPrefix("/") else {
      throw ListeningSocketError("\(path): the socket's path must be absolute")
    }
    guard path.utf8.count <= SocketPath.lengthMax else {
      throw ListeningSocketError(
        "\(path): \(path.utf8.count) bytes are too long for a socket, \(SocketPath.lengthMax) are the most")
    }
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let parent = slash == path.startIndex ? "/" : String(path[..<slash])
    folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw ListeningSocketError("\(path): the folder \(parent)", errno) }
    self.path = path
    do {
      try SocketClaim.check(folder, parent)
      guard flock(folder, LOCK_EX | LOCK_NB) == 0 || SocketClaim.waitForLock(folder) else {
        throw ListeningSocketError("\(path): another process holds the folder \(parent) locked")
      }
    } catch {
      close(folder)
      throw error
    }
  }

  /// Gives the right up.
  func end() { close(folder) }

  /// Whoever may write in the folder can put a socket of his own in this one's place, and be asked for
  /// secrets.
  private static func check(_ folder: Int32, _ parent: String) throws {
    guard let file = SocketFile(descriptor: folder) else { throw ListeningSocketError(parent, errno) }
    guard file.owner == 0 || file.owner == geteuid() else {
      throw ListeningSocketError(
        "\(parent) belongs to the user \(file.owner), who could replace the socket: "
          + "it must be root's or the daemon's"
      )
    }
    guard !file.isOpenToOthers else {
      throw ListeningSocketError(
        "\(parent) may be written by others, who could replace the socket: chmod go-w \(parent)")
    }
  }

  /// Two seconds for another daemon that is just starting.
  private static func waitForLock(_ folder: Int32) -> Bool {
    for _ in 0..<100 {
      usleep(20_000)
      if flock(folder, LOCK_EX | LOCK_NB) == 0 { return true }
    }
    return false
  }

  /// Makes way at the path: nothing there is fine, what a dead daemon left is removed.
  func clear() throws {
    guard let file = SocketFile(path: path) else {
      guard errno == ENOENT else { throw ListeningSocketError(path, errno) }
      return
    }
    guard file.isSocket else {
      throw ListeningSocketError("\(path) is there and is no socket: another path was meant")
    }
    switch dial() {
    case .answered(let pid):
      throw ListeningSocketError(
        "\(path) is already served by another stewardd\(pid.map { " (process \($0))" } ?? "")")
    case .refused:
      guard effect("socket.clear", { unlink(path) }) == 0 || errno == ENOENT else {
        throw ListeningSocketError("\(path) was left by a dead daemon and cannot be removed", errno)
      }
    case .unclear(let code):
      throw ListeningSocketError("\(path) is there, and whether anybody serves it cannot be told", code)
    }
  }

  private enum Dialled {
    case answered(pid: Int32?)
    case refused
    case unclear(Int32)
  }

  private func dial() -> Dialled {
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { return .unclear(errno) }
    defer { close(descriptor) }
    let result = SocketPath.withAddress(of: path) { connect(descriptor, $0, $1) } ?? -1
    guard result < 0 else {
      var pid: pid_t = 0
      var uid: uid_t = 0
      var gid: gid_t = 0
      return .answered(pid: clinux_peer(descriptor, &pid, &uid, &gid) == 0 && pid > 0 ? pid : nil)
    }
    switch errno {
    case ECONNREFUSED, ENOENT: return .refused
    // Its queue is full: it lives, and has much to do.
    case EAGAIN: return .answered(pid: nil)
    default: return .unclear(errno)
    }
  }
}
