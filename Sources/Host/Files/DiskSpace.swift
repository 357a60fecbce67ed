internal import Glibc

/// The space of a file system, in bytes (statvfs(3)).
public struct DiskSpace: Hashable, Sendable, Codable {
  /// All of it.
  public let totalBytes: Int64
  /// What an unprivileged process can still use.
  public let availableBytes: Int64
  /// What root can still use.
  public let freeBytes: Int64

  /// The space of the file system that `path` is on.
  /// - Throws: ``HostError``
  public init(at path: String) throws(HostError) {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw .last("look at the space of", path) }
    self.init(status)
  }

  init(_ status: statvfs) {
    let unit = Int64(clamping: status.f_frsize)
    func bytes(_ blocks: UInt) -> Int64 {
      let (product, overflow) = Int64(clamping: blocks).multipliedReportingOverflow(by: unit)
      return overflow ? .max : product
    }
    totalBytes = bytes(status.f_blocks)
    availableBytes = bytes(status.f_bavail)
    freeBytes = bytes(status.f_bfree)
  }
}
