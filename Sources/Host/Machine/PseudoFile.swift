internal import Glibc

/// Files of /proc and /sys: their size is not known before they are read.
enum PseudoFile {
  /// Generous for what is read here; a process's environment may reach megabytes (execve(2): MAX_ARG_STRLEN).
  static let bytesMax = 8 << 20

  static func read(_ path: String, in folder: Int32 = AT_FDCWD) throws(HostError) -> [UInt8] {
    let descriptor = try Descriptor(openat(folder, path, O_RDONLY | O_CLOEXEC), "open", path)
    return try descriptor.readAll(bytesMax: bytesMax, from: path)
  }

  /// The environment that a process was started with; nil where it has ended, may not be looked at or is another user's: whoever
  /// starts a process writes there what he likes.
  static func environment(of pid: Int32) -> [UInt8]? {
    let path = "/proc/\(pid)/environ"
    guard let descriptor = try? Descriptor(open(path, O_RDONLY | O_CLOEXEC), "open", path) else { return nil }
    var status = stat()
    guard fstat(descriptor.raw, &status) == 0, status.st_uid == geteuid() else { return nil }
    return try? descriptor.readAll(bytesMax: bytesMax, from: path)
  }
}
