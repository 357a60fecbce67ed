import CrashPoints
import Glibc
import Host

/// The folder for all that must survive: private, and known by its path without links, because everything below it is
/// opened without following any.
enum StateFolder {
  /// Makes the folder if it is missing (0700), refuses one that others may write to, and returns its real path.
  static func prepare(_ path: String) throws -> String {
    if effect("state.create", { mkdir(path, 0o700) }) != 0, errno != EEXIST {
      throw HostError("create", path, code: errno)
    }
    guard let real = realpath(path, nil) else { throw HostError("open", path, code: errno) }
    defer { free(real) }
    let folder = String(cString: real)
    var status = stat()
    guard stat(folder, &status) == 0 else { throw HostError("look at", folder, code: errno) }
    guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
      throw HostError(
        "use", folder, "the state folder must belong to the daemon's user and nobody else may write to it",
        class: .needsOperator)
    }
    // Whoever may put another folder in the place of one that it lies in chooses what is remembered.
    try Trust().check(folder: folder)
    for name in ["adopted", "scratch"] {
      let made = effect("state.part") { mkdir("\(folder)/\(name)", 0o700) }
      guard made == 0 || errno == EEXIST else {
        throw HostError("create", "\(folder)/\(name)", code: errno)
      }
    }
    return folder
  }
}
