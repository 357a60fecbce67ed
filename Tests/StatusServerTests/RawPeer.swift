import Fixtures
import Glibc
import StatusAPI

/// A peer that says what it likes.
final class RawPeer: Sendable {
  private let descriptor: Int32

  /// A peer that is not connected yet.
  init() throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Errno(code: errno) }
  }

  convenience init(_ path: String) throws {
    try self.init()
    try connect(to: path)
  }

  func connect(to path: String) throws {
    let result = SocketPath.withAddress(of: path) { Glibc.connect(descriptor, $0, $1) }
    guard result == 0 else { throw Errno(code: errno) }
  }

  deinit { close(descriptor) }

  /// Sends as much as the other side takes; returns how much that was.
  @discardableResult
  func send(_ text: String) -> Int { send(Array(text.utf8)) }

  @discardableResult
  func send(_ bytes: [UInt8]) -> Int {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      sent += count
    }
    return sent
  }

  /// Says that nothing more will come.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Reads until the other side closes, `count` bytes have come or nothing has come for so long; nil in that
  /// case.
  func read(atMost count: Int = 64 << 20, within milliseconds: Int32 = 20_000) -> String? {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while all.count < count {
      var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&poller, 1, milliseconds) > 0 else { return nil }
      let got = recv(descriptor, &chunk, min(chunk.count, count - all.count), 0)
      guard got > 0 else { break }
      all += chunk.prefix(got)
    }
    return String(decoding: all, as: UTF8.self)
  }

  /// Whether the other side closes within so long; what it still says is thrown away.
  func isClosed(within milliseconds: Int32 = 20_000) -> Bool { read(within: milliseconds) != nil }
}
