import Fixtures
import Glibc

/// Files below a folder.
enum Tree {
  /// The path of every file below `path`, from there.
  static func files(_ path: String, _ place: String = "") -> [String] {
    ScratchFolder.names(in: path).flatMap { name in
      var status = stat()
      guard lstat("\(path)/\(name)", &status) == 0 else { return [String]() }
      return status.st_mode & S_IFMT == S_IFDIR
        ? files("\(path)/\(name)", "\(place)\(name)/") : ["\(place)\(name)"]
    }
  }

  static func remove(_ path: String) {
    if unlink(path) == 0 { return }
    for name in ScratchFolder.names(in: path) { remove("\(path)/\(name)") }
    rmdir(path)
  }
}
