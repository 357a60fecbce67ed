import Fixtures
import Glibc
import StatusAPI
import StatusServer
import Testing

@Suite struct ListeningSocketTests {
  /// Runs `body` with a path in a new folder, and removes both.
  private func inFolder(_ body: (_ folder: String, _ path: String) async throws -> Void) async throws {
    let folder = ScratchFolder()
    chmod(folder.path, 0o755)
    try await body(folder.path, folder.path("steward.sock"))
  }

  private func refusal(_ path: String) -> String {
    do {
      try ListeningSocket.bind(path).close()
      return "bound"
    } catch {
      return "\(error)"
    }
  }

  @Test("a path that a live daemon serves is refused, and goes on being served")
  func live() async throws {
    try await serving { served in
      #expect(
        refusal(served.path) == "\(served.path) is already served by another stewardd (process \(getpid()))")
      let version = try await served.ask(.version)
      #expect(version.api == 1)
    }
  }

  @Test("a path that a dead daemon left is taken over")
  func dead() async throws {
    try await inFolder { _, path in
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      #expect(SocketPath.withAddress(of: path) { bind(descriptor, $0, $1) } == 0)
      listen(descriptor, 1)
      close(descriptor)
      let taken = try ListeningSocket.bind(path, mode: 0o660)
      var status = stat()
      #expect(lstat(path, &status) == 0)
      #expect(status.st_mode & 0o7777 == 0o660)
      taken.close()
      #expect(access(path, F_OK) != 0)
    }
  }

  @Test("what is no socket is not touched")
  func notASocket() async throws {
    try await inFolder { folder, path in
      close(open(path, O_CREAT | O_WRONLY, 0o600))
      #expect(refusal(path) == "\(path) is there and is no socket: another path was meant")
      unlink(path)
      symlink("/dev/null", path)
      #expect(refusal(path) == "\(path) is there and is no socket: another path was meant")
      #expect(access(path, F_OK) == 0)
      #expect(refusal("\(folder)/none/steward.sock").hasSuffix("No such file or directory"))
      #expect(refusal("steward.sock") == "steward.sock: the socket's path must be absolute")
      #expect(refusal("/tmp/" + String(repeating: "x", count: 120)).contains("too long for a socket"))
    }
  }

  @Test("a folder in which others may write is refused")
  func openFolder() async throws {
    try await inFolder { folder, path in
      chmod(folder, 0o777)
      #expect(refusal(path).contains("may be written by others"))
    }
  }

  @Test("at the end, a socket that is another one's by now is left alone")
  func notOurs() async throws {
    try await inFolder { _, path in
      let first = try ListeningSocket.bind(path)
      unlink(path)
      let second = try ListeningSocket.bind(path)
      first.close()
      #expect(access(path, F_OK) == 0)
      second.close()
      #expect(access(path, F_OK) != 0)
    }
  }

  @Test("of many daemons that start at once, one gets the path")
  func race() async throws {
    try await inFolder { _, path in
      let sockets = try await withThrowingTaskGroup(of: ListeningSocket?.self) { group in
        for _ in 0..<16 { group.addTask { try await onOwnThread { try? ListeningSocket.bind(path) } } }
        return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
      }
      #expect(sockets.count == 1)
      sockets.first?.close()
    }
  }

  @Test("an inherited descriptor must be a listening Unix socket, and its path is left to its maker")
  func inherited() async throws {
    try await inFolder { _, path in
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      #expect(throws: ListeningSocketError.self) { try ListeningSocket.inherit(descriptor) }
      #expect(SocketPath.withAddress(of: path) { bind(descriptor, $0, $1) } == 0)
      listen(descriptor, 1)
      try ListeningSocket.inherit(descriptor).close()
      #expect(access(path, F_OK) == 0)
      #expect(throws: ListeningSocketError.self) { try ListeningSocket.inherit(0) }
    }
  }
}
