import Glibc
import StatusAPI
import StatusClient

/// A socket at which somebody says what a test wrote for it, in pieces, whatever is asked.
final class CannedServer: Sendable {
  let path: String
  private let folder: String
  private let listener: Int32

  init(_ pieces: [String], thenWaits: Bool = false) throws {
    var template = Array("/tmp/steward-client-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(code: errno) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = "\(folder)/s"
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard SocketPath.withAddress(of: path, { bind(listener, $0, $1) }) == 0, listen(listener, 8) == 0 else {
      throw Errno(code: errno)
    }
    let descriptor = listener
    onThread {
      while true {
        let peer = accept(descriptor, nil, nil)
        guard peer >= 0 else {
          // Only here: a number that is closed while another thread still uses it is soon another socket's.
          close(descriptor)
          return
        }
        var request = [UInt8](repeating: 0, count: 65_536)
        _ = recv(peer, &request, request.count, 0)
        for piece in pieces {
          let bytes = Array(piece.utf8)
          _ = send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
          // Another piece is another segment: the client must put together what comes apart.
          usleep(2_000)
        }
        // Waits until the client has had enough.
        if thenWaits { while recv(peer, &request, request.count, 0) > 0 {} }
        close(peer)
      }
    }
  }

  /// Stops it and removes its folder.
  func end() {
    shutdown(listener, Int32(SHUT_RDWR))
    unlink(path)
    rmdir(folder)
  }
}

struct Errno: Error {
  let code: Int32
}

/// Runs what blocks on a thread of its own: the tests' own must not wait for it.
func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    onThread { continuation.resume(with: Result { try body() }) }
  }
}

/// Runs `body` on a new thread.
func onThread(_ body: @escaping @Sendable () -> Void) {
  final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let work = Unmanaged.passRetained(Work(body)).toOpaque()
  let result = pthread_create(
    &thread, nil,
    { work in
      Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().body()
      return nil
    }, work)
  precondition(result == 0, "no thread can be made")
  pthread_detach(thread)
}
