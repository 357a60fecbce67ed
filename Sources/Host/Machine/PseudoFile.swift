internal import Glibc

/// Files of /proc and /sys: their size is not known before they are read.
enum PseudoFile {
  /// Generous for what is read here; a process's environment may reach megabytes (execve(2): MAX_ARG_STRLEN).
  static let bytesMax = 8 << 20

  static func read(_ path: String, in folder: Int32 = AT_FDCWD) throws(HostError) -> [UInt8] {
    let descriptor = try Descriptor(openat(folder, path, O_RDONLY | O_CLOEXEC), "open", path)
    return try descriptor.readAll(bytesMax: bytesMax, from: path)
  }
}
