import Glibc
import StatusAPI

/// A connection to a Unix socket, read through a buffer and never longer than the patience lasts.
struct UnixConnection: ~Copyable {
  let path: String
  let descriptor: Int32
  private let patience: Duration
  private var deadline: ContinuousClock.Instant
  private var buffer: [UInt8] = []
  private var offset = 0

  /// Whether bytes were read that nobody has taken yet.
  var hasBuffered: Bool { offset < buffer.count }

  /// How much is read at once.
  private static let chunk = 64 * 1024

  /// Connects.
  init(to path: String, patience: Duration) throws(StatusClientError) {
    descriptor = try UnixConnection.connected(to: path, patience)
    self.path = path
    self.patience = patience
    deadline = .now + patience
  }

  private static func connected(to path: String, _ patience: Duration) throws(StatusClientError) -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .unreachable(path: path, why: String(cString: strerror(errno))) }
    // Bounds connecting, where the daemon's queue is full, and writing; reading is bounded by poll.
    var bound = timeval(tv_sec: Int(max(1, patience.components.seconds)), tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
    let result = SocketPath.withAddress(of: path) { connect(descriptor, $0, $1) }
    if result == 0 { return descriptor }
    let code = errno
    close(descriptor)
    throw result == nil
      ? .unreachable(path: path, why: "no socket can have this path") : error(code, path, patience)
  }

  deinit { close(descriptor) }

  private static func error(_ code: Int32, _ path: String, _ patience: Duration) -> StatusClientError {
    switch code {
    case ENOENT, ECONNREFUSED: .noDaemon(path: path)
    case EACCES, EPERM: .denied(path: path)
    case EAGAIN: .timedOut(path: path, seconds: Int(patience.components.seconds))
    case EPROTOTYPE, ENOTSOCK: .unreachable(path: path, why: "this is no socket of a stewardd")
    default: .unreachable(path: path, why: String(cString: strerror(code)))
    }
  }

  /// Starts the time for the next answer or line anew.
  mutating func restart(_ patience: Duration? = nil) { deadline = .now + (patience ?? self.patience) }

  // MARK: Writing

  /// Writes all of `bytes`. A peer that answers before it has read all has closed its end: that is no error
  /// yet, the answer says what is wrong.
  func write(_ bytes: [UInt8]) throws(StatusClientError) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count > 0 { sent += count }
      guard count < 0, errno != EINTR else { continue }
      if errno == EPIPE || errno == ECONNRESET { return }
      throw UnixConnection.error(errno, path, patience)
    }
  }

  // MARK: Reading

  /// The next byte; nil at the end.
  private mutating func nextByte() throws(StatusClientError) -> UInt8? {
    if offset == buffer.count, try !fill() { return nil }
    offset += 1
    return buffer[offset - 1]
  }

  /// The bytes up to the next newline, without it and a carriage return before it; nil at the end.
  mutating func line(bytesMax: Int) throws(StatusClientError) -> [UInt8]? {
    var line: [UInt8] = []
    while let byte = try nextByte() {
      if byte == UInt8(ascii: "\n") {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
      }
      line.append(byte)
      guard line.count <= bytesMax else { throw .malformed(path: path, what: "a line never ends") }
    }
    return line.isEmpty ? nil : line
  }

  /// Up to `count` bytes, at least one; empty at the end.
  mutating func some(_ count: Int) throws(StatusClientError) -> [UInt8] {
    if offset == buffer.count, try !fill() { return [] }
    let end = min(buffer.count, offset + count)
    defer { offset = end }
    return Array(buffer[offset..<end])
  }

  /// Waits for more; false at the end.
  private mutating func fill() throws(StatusClientError) -> Bool {
    offset = 0
    while true {
      try waitUntilReadable()
      var bytes = [UInt8](repeating: 0, count: UnixConnection.chunk)
      let count = recv(descriptor, &bytes, bytes.count, 0)
      if count >= 0 {
        buffer = Array(bytes.prefix(count))
        return count > 0
      }
      guard errno == EINTR || errno == EAGAIN else { throw .brokenOff(path: path) }
    }
  }

  private func waitUntilReadable() throws(StatusClientError) {
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
      guard milliseconds > 0 else {
        throw .timedOut(path: path, seconds: Int(patience.components.seconds))
      }
      var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let result = poll(&poller, 1, Int32(clamping: milliseconds + 1))
      if result > 0 { return }
      guard result == 0 || errno == EINTR else {
        throw .unreachable(path: path, why: String(cString: strerror(errno)))
      }
    }
  }
}
