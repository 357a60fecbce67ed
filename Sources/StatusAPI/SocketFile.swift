import Glibc

/// What stands at a path, a link not followed. It stands here and not beside its users in the server because
/// `stat` must come from Glibc alone, and the server's NIO brings a second view of it.
package struct SocketFile: Equatable, Sendable {
  package let device: UInt64
  package let inode: UInt64
  package let owner: UInt32
  package let isSocket: Bool
  /// Whether others than the owner may write: into a folder, that is, replace what is in it. With the sticky
  /// bit, as in /tmp, they may not.
  package let isOpenToOthers: Bool

  private init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    owner = status.st_uid
    isSocket = status.st_mode & S_IFMT == S_IFSOCK
    isOpenToOthers = status.st_mode & 0o022 != 0 && status.st_mode & 0o1000 == 0
  }

  /// What stands at `path`; nil, with `errno`, where that cannot be told.
  package init?(path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// What `descriptor` is.
  package init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }
}
