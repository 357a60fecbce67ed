import Fixtures
import Glibc
import StatusAPI
import StatusClient

/// A socket at which somebody says what a test wrote for it, in pieces, whatever is asked.
final class CannedServer: Sendable {
  let path: String
  private let folder = ScratchFolder()
  private let listener: Int32

  init(_ pieces: [String], thenWaits: Bool = false) throws {
    path = folder.path("s")
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard SocketPath.withAddress(of: path, { bind(listener, $0, $1) }) == 0, listen(listener, 8) == 0 else {
      throw Errno(code: errno)
    }
    let descriptor = listener
    startThread {
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

  /// Stops it.
  func end() {
    shutdown(listener, Int32(SHUT_RDWR))
  }
}
