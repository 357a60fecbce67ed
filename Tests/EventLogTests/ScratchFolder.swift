import Glibc

/// A folder of a test's own, removed with what lies in it when the test lets go of it.
final class ScratchFolder: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/steward-event-log-XXXXXX\0".utf8CString)
    path = String(cString: mkdtemp(&template))
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// Where a test's log lies.
  var log: String { "\(path)/events.sqlite" }

  var names: [String] {
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
}

/// Whole files, without a library that could be what is tested.
enum Bytes {
  static func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return bytes
  }

  static func write(_ bytes: some Collection<UInt8>, to path: String) {
    guard let file = fopen(path, "w") else { return }
    defer { fclose(file) }
    let array = Array(bytes)
    fwrite(array, 1, array.count, file)
  }

  static func mode(_ path: String) -> UInt32 {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }
}
