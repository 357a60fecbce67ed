internal import Glibc

/// Files and folders that an operator arranges as they like, links included: the configuration. Nothing is ever
/// written or removed through this door.
///
/// Calls block; call them inside ``offPool(_:)``.
public enum PlainFile {
  /// Reads the regular file that `path` leads to. `nil`: there is none.
  /// - Parameters:
  ///   - bytesMax: a larger file is an error.
  ///   - trust: whose files are obeyed; nil where it does not matter.
  /// - Throws: ``HostError``; also for a folder, a FIFO or anything else that is not a regular file, and for a file that is
  ///   not trusted.
  public static func read(
    _ path: String, bytesMax: Int, trusting trust: Trust? = nil
  ) throws(HostError) -> [UInt8]? {
    try look(at: path, bytesMax: bytesMax, trusting: trust)?.bytes
  }

  /// The same, with which file it was and for how long nobody had changed it (by its ctime, which nobody sets) when its bytes
  /// began to be read.
  /// - Throws: as ``read(_:bytesMax:trusting:)``.
  public static func look(
    at path: String, bytesMax: Int, trusting trust: Trust? = nil
  ) throws(HostError) -> (bytes: [UInt8], identity: FileIdentity, leftAlone: Duration)? {
    // O_NONBLOCK: a FIFO in the place of a file must not hang the reader.
    let raw = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    if raw < 0, errno == ENOENT { return nil }
    let file = try Descriptor(raw, "open", path)
    var status = stat()
    guard fstat(file.raw, &status) == 0 else { throw .last("look at", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw HostError("read", path, "it is not a regular file")
    }
    try trust?.check(status, "read", path)
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let leftAlone =
      Duration.seconds(now.tv_sec - status.st_ctim.tv_sec)
      + .nanoseconds(now.tv_nsec - status.st_ctim.tv_nsec)
    return (
      try file.readAll(bytesMax: bytesMax, from: path),
      FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)), leftAlone
    )
  }

  /// The names in the folder that `path` leads to, in no order.
  /// - Throws: ``HostError``; also where there is no such folder.
  public static func names(in path: String) throws(HostError) -> [String] {
    let folder = try Descriptor(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "list", path)
    var names: [String] = []
    _ = try Dirents.forEach(in: folder.raw, path) { name in
      names.append("\(name)")
      return true
    }
    return names
  }
}
