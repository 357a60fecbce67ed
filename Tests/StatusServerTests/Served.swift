import Glibc
import Logging
import StatusAPI
import StatusClient
import StatusServer
import Testing

/// A server on a real socket in a folder of its own.
struct Served: Sendable {
  let folder: String
  let path: String
  let town: Town

  /// A client of it.
  var client: StatusClient { StatusClient(path: path, patience: .seconds(20)) }

  /// Asks it, on a thread that may block.
  func ask<Body>(_ endpoint: Endpoint<Body>) async throws -> Body {
    let client = client
    return try await offPool { try client.ask(endpoint).body }
  }

  /// Asks it what it refuses.
  func refusal<Body>(_ endpoint: Endpoint<Body>) async throws -> (status: Int, error: ErrorBody) {
    do {
      _ = try await ask(endpoint)
    } catch StatusClientError.refused(let status, let error) {
      return (status, error)
    }
    throw Unrefused()
  }

  struct Unrefused: Error {}
}

/// Serves a town while `body` runs.
func serving(
  _ limits: ServerLimits = ServerLimits(), _ body: (Served) async throws -> Void
) async throws {
  let folder = try scratchFolder()
  let path = "\(folder)/steward.sock"
  let socket = try ListeningSocket.bind(path)
  let town = Town()
  var logger = Logger(label: "test")
  logger.logLevel = .critical
  let server = StatusServer(socket: socket, source: town, limits: limits, logger: logger)
  let running = Task { await server.run() }
  let result: Result<Void, any Error>
  do {
    try await body(Served(folder: folder, path: path, town: town))
    result = .success(())
  } catch {
    result = .failure(error)
  }
  running.cancel()
  await running.value
  socket.close()
  #expect(access(path, F_OK) != 0, "the socket is gone with its server")
  rmdir(folder)
  try result.get()
}

/// A new folder whose path is short enough for a socket.
func scratchFolder() throws -> String {
  var template = Array("/tmp/steward-test-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw Errno(code: errno) }
  let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  // Other users must be able to reach the socket in it.
  chmod(folder, 0o755)
  return folder
}

struct Errno: Error {
  let code: Int32
}

/// Runs what blocks on a thread of its own: neither the threads that the server runs on nor those of a pool
/// that grows slowly may wait for it.
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

/// Waits until `condition` holds, or gives up.
func eventually(
  within patience: Duration = .seconds(20), _ condition: () async throws -> Bool
) async throws -> Bool {
  let deadline = ContinuousClock.now + patience
  while ContinuousClock.now < deadline {
    if try await condition() { return true }
    try await Task.sleep(for: .milliseconds(10))
  }
  return false
}
