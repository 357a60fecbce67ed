import CrashPoints
import Glibc

/// The files of a log: who may read them, and that they are what they seem.
enum LogFile {
  /// Makes the log's folder, for its owner alone, and in it an empty file, if they are not there; narrows the
  /// mode of a file that others may read. SQLite gives its own files beside it the same mode.
  static func prepare(_ path: String) throws(EventLogError) {
    let folder = folder(of: path)
    let isNew = effect("log.folder", { mkdir(folder, 0o700) }) == 0
    guard isNew || errno == EEXIST else { throw failure(path, "could not make the folder \(folder)") }
    let file = effect("log.create") { open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600) }
    guard file >= 0 else {
      throw errno == ELOOP ? symbolicLink(path) : failure(path, "could not open the event log")
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw EventLogError(.refused, path, "is not a regular file")
    }
    if status.st_mode & 0o077 != 0, effect("log.narrow", { fchmod(file, 0o600) }) != 0 {
      throw failure(path, "others may read the event log, and that could not be changed")
    }
    // SQLite makes the folder's entries durable for the files that it makes, and this one it did not make.
    try synchronize(folder: folder, for: path)
    // A start that was cut short may have made the folder and not come to this; where the folder above may not be read,
    // somebody else made this one.
    let above = self.folder(of: folder)
    if isNew || status.st_size == 0 && access(above, R_OK) == 0 { try synchronize(folder: above, for: path) }
  }

  /// Refuses what is no readable regular file, in words of its own instead of SQLite's "unable to open".
  static func requireFile(_ path: String) throws(EventLogError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(path, "could not open the event log") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw EventLogError(.refused, path, "is not a regular file")
    }
  }

  /// The size of the file in bytes; nil where there is none.
  static func size(of path: String) -> Int64? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Int64(status.st_size)
  }

  private static func synchronize(folder: String, for path: String) throws(EventLogError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, "could not open the folder \(folder)") }
    defer { close(descriptor) }
    guard effect("log.sync", { fsync(descriptor) }) == 0 else {
      throw failure(path, "could not make the folder \(folder) durable")
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func symbolicLink(_ path: String) -> EventLogError {
    EventLogError(.refused, path, "is a symbolic link, and the log must be a file: link its folder instead")
  }

  /// Names the system call's error, which must be the last one made.
  static func failure(_ path: String, _ what: String) -> EventLogError {
    let code = errno
    let noSpace = code == ENOSPC || code == EDQUOT
    return EventLogError(noSpace ? .full : .refused, path, "\(what): \(String(cString: strerror(code)))")
  }
}
