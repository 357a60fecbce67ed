import Fixtures
import Glibc
import Logging
import StatusAPI
import StatusClient
import StatusServer
import Testing

/// A server on a real socket in a folder of its own.
struct Served: Sendable {
  let folder: ScratchFolder
  let path: String
  let town: Town

  /// A client of it.
  var client: StatusClient { StatusClient(path: path, patience: .seconds(20)) }

  /// Asks it, on a thread that may block.
  func ask<Body>(_ endpoint: Endpoint<Body>) async throws -> Body {
    let client = client
    return try await onOwnThread { try client.ask(endpoint).body }
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
  let folder = ScratchFolder()
  // Other users must be able to reach the socket in it.
  chmod(folder.path, 0o755)
  let path = folder.path("steward.sock")
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
  try result.get()
}
