public import Glibc

/// Where the status socket is.
public enum SocketPath {
  /// Where it is if nobody says otherwise.
  public static let standard = "/run/steward/steward.sock"
  /// The environment variable that says otherwise.
  public static let variable = "STEWARD_SOCKET"
  /// The longest path in bytes: `sun_path` has 108, the last for the terminating zero (unix(7)).
  public static let lengthMax = 107

  /// Calls `body` with the address of the socket at `path`; nil where the path is empty, too long or holds a
  /// zero.
  public static func withAddress<Result>(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
  ) rethrows -> Result? {
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, bytes.count <= lengthMax, !bytes.contains(0) else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return try withUnsafePointer(to: address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        try body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
