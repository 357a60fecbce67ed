import Glibc

/// The program `stewardd`, for what is worked out from files and logs while no daemon runs: it reads them anyway.
///
/// What is typed a hundred times a day must start at once, and a program that carried YAML and SQLite for the two
/// commands that need them took twice as long to load. So those two become the other program, which was installed
/// beside this one; to whoever typed them nothing differs.
enum DaemonProgram {
  /// Goes on as `stewardd` with these arguments: its output and its exit status are this command's.
  static func become(_ arguments: [String]) throws -> Never {
    let path = try beside("stewardd")
    var pointers: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    execv(path, &pointers)
    throw Unavailable(path: path, why: String(cString: strerror(errno)))
  }

  /// A program in the folder of this one's file, wherever links to it lie.
  private static func beside(_ name: String) throws -> String {
    guard let real = realpath("/proc/self/exe", nil) else {
      throw Unavailable(path: "/proc/self/exe", why: String(cString: strerror(errno)))
    }
    defer { free(real) }
    let parts = String(cString: real).split(separator: "/").dropLast()
    return "/" + (parts + [Substring(name)]).joined(separator: "/")
  }

  struct Unavailable: Error, CustomStringConvertible {
    let path: String
    let why: String

    var description: String {
      "\(path): \(why). This is done by stewardd, which is installed beside steward, without asking the daemon"
    }
  }
}
