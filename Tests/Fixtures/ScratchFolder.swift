public import Glibc

/// A folder of one test's own, removed with all that lies in it when the test lets go of it.
///
/// Goes to the C library straight, not through the doors that may be what is tested.
public final class ScratchFolder: Sendable {
  /// Its path, short enough for a socket in it.
  public let path: String

  /// A new folder, 0700.
  public init() {
    var template = Array("/tmp/steward-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { fatalError("no scratch folder can be made in /tmp: \(errno)") }
    path = String(cString: made)
  }

  deinit { ScratchFolder.remove(path) }

  /// The path of an entry.
  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file.
  public func write(_ text: String, to name: String, mode: mode_t = 0o644) {
    Bytes.write(text.utf8, to: path(name), mode: mode)
  }

  /// A file's text; nil where there is none.
  public func text(_ name: String) -> String? {
    access(path(name), F_OK) == 0 ? String(decoding: Bytes.read(path(name)), as: UTF8.self) : nil
  }

  /// Makes a folder in it.
  public func makeFolder(_ name: String, mode: mode_t = 0o755) {
    mkdir(path(name), mode)
    chmod(path(name), mode)
  }

  /// The names in it, in order.
  public var names: [String] { ScratchFolder.names(in: path) }

  /// The path of every file and folder below it, folders before what is in them.
  public var everything: [String] { ScratchFolder.below(path) }

  private static func below(_ path: String) -> [String] {
    names(in: path).flatMap { ["\(path)/\($0)"] + below("\(path)/\($0)") }
  }

  /// The names in a folder, in order.
  public static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Never follows a link: what a test linked to is not the test's.
  private static func remove(_ path: String) {
    if unlink(path) == 0 { return }
    // A test may have taken its own right to list the folder away.
    chmod(path, 0o700)
    for name in names(in: path) { remove("\(path)/\(name)") }
    rmdir(path)
  }
}
