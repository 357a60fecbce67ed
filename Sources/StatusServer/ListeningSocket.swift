import CrashPoints
import Glibc
import StatusAPI

/// The socket that the daemon listens on: made here, or inherited from whoever started it.
///
/// A path that a live daemon serves is refused, never taken; one that a dead daemon left is taken over. Who
/// may do what is decided by who the kernel says is calling, not by the file's mode, so the mode only says
/// who may call at all.
public final class ListeningSocket: Sendable {
  /// The descriptor: bound and listening.
  public let descriptor: Int32
  /// The path that was bound; nil for an inherited socket, whose path is its maker's to keep.
  public let path: String?
  /// Where callers find it: for people.
  public let address: String
  /// What was made at the path: it is removed at the end only while it still stands there.
  private let file: SocketFile?

  /// How many callers may wait to be accepted: as many as Linux lets (net.core.somaxconn), as systemd asks for too. Who comes
  /// beyond is not made to wait but sent away, whoever it was that filled the queue.
  static let backlog: Int32 = 4096

  private init(descriptor: Int32, path: String?, address: String, file: SocketFile?) {
    self.descriptor = descriptor
    self.path = path
    self.address = address
    self.file = file
  }

  /// Binds the socket at `path`, with `mode` deciding who may connect.
  /// - Throws: ``ListeningSocketError``, above all where a live daemon serves the path.
  public static func bind(_ path: String, mode: UInt32 = 0o666) throws -> ListeningSocket {
    let claim = try SocketClaim(path)
    defer { claim.end() }
    try claim.clear()
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { throw ListeningSocketError("no socket can be made", errno) }
    do {
      let bound = effect("socket.bind") {
        SocketPath.withAddress(of: path) { Glibc.bind(descriptor, $0, $1) }
      }
      guard bound == 0 else { throw ListeningSocketError("\(path) cannot be bound", errno) }
      guard effect("socket.mode", { chmod(path, mode) }) == 0 else {
        throw ListeningSocketError("\(path): its mode cannot be set", errno)
      }
      guard effect("socket.listen", { listen(descriptor, backlog) }) == 0 else {
        throw ListeningSocketError("\(path) cannot be listened on", errno)
      }
      guard let file = SocketFile(path: path) else {
        throw ListeningSocketError("\(path) vanished while it was bound", errno)
      }
      return ListeningSocket(descriptor: descriptor, path: path, address: path, file: file)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
  }

  /// Takes a socket that another process bound and listens on: socket activation.
  /// - Throws: ``ListeningSocketError`` where it is anything else than a listening Unix stream socket.
  public static func inherit(_ descriptor: Int32) throws -> ListeningSocket {
    func option(_ name: Int32) -> Int32? {
      var value: Int32 = 0
      var length = socklen_t(MemoryLayout<Int32>.size)
      return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
    guard option(SO_DOMAIN) == AF_UNIX, option(SO_TYPE) == Int32(SOCK_STREAM.rawValue),
      option(SO_ACCEPTCONN) == 1
    else {
      throw ListeningSocketError(
        "descriptor \(descriptor) is no listening Unix stream socket: "
          + "the socket unit needs ListenStream= with a path"
      )
    }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    return ListeningSocket(descriptor: descriptor, path: nil, address: boundPath(of: descriptor), file: nil)
  }

  /// The path that a socket was bound to (getsockname(2)); an abstract name with "@" in front.
  private static func boundPath(of descriptor: Int32) -> String {
    var address = sockaddr_un()
    var length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard result == 0 else { return "descriptor \(descriptor)" }
    let count = max(0, Int(length) - MemoryLayout<sa_family_t>.size)
    let bytes = withUnsafeBytes(of: &address.sun_path) { Array($0.prefix(count)) }
    let isAbstract = bytes.first == 0
    let name = String(decoding: bytes.dropFirst(isAbstract ? 1 : 0).prefix { $0 != 0 }, as: UTF8.self)
    return isAbstract ? "@\(name)" : name
  }

  /// Stops listening, and removes the path if it is still the socket that was bound here.
  public func close() {
    if let path, let file, SocketFile(path: path) == file { _ = effect("socket.remove") { unlink(path) } }
    Glibc.close(descriptor)
  }
}

/// Why a socket cannot be listened on.
public struct ListeningSocketError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, and what was meant.
  public let description: String

  init(_ message: String) { description = message }

  init(_ message: String, _ code: Int32) { description = "\(message): \(String(cString: strerror(code)))" }
}
