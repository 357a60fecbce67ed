internal import Glibc

/// Locks on whole files as flock(1) and flock(2) take them: they end with the process that holds them, however it ends.
public enum FileLock {
  /// Whether a process holds the exclusive lock on the file at `path`; where there is no such file, none does.
  ///
  /// Takes a shared lock for an instant: whoever wants the exclusive one should wait that long.
  /// - Throws: ``HostError``
  public static func isHeld(_ path: String) throws(HostError) -> Bool {
    let raw = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    if raw < 0, errno == ENOENT { return false }
    let file = try Descriptor(raw, "open", path)
    if flock(file.raw, LOCK_SH | LOCK_NB) == 0 { return false }
    guard errno == EWOULDBLOCK else { throw .last("lock", path) }
    return true
  }
}
