import Calendar
import Cryptography
import Glibc
import SecretStore

/// A state folder of a test's own, removed with all below it when the test lets go of it.
final class ScratchState: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/steward-secrets-XXXXXX\0".utf8CString)
    path = String(cString: mkdtemp(&template))
  }

  deinit {
    for file in files.reversed() { if unlink(file) != 0 { rmdir(file) } }
    rmdir(path)
  }

  /// Every path below the folder, folders before what is in them.
  var files: [String] { Self.below(path) }

  func store() throws -> SealedStore {
    SealedStore(state: path, key: try SealingKey.load(state: path, credentials: nil))
  }

  func file(_ secret: SecretID) -> String { "\(path)/secrets/\(secret.environment)/\(secret.name).json" }

  private static func below(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var paths: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      paths.append("\(path)/\(name)")
      paths += below("\(path)/\(name)")
    }
    return paths
  }
}

/// Whole files, without the doors that are used by what is tested.
enum Bytes {
  static func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return bytes
  }

  static func write(_ bytes: some Collection<UInt8>, to path: String, mode: mode_t = 0o600) {
    guard let file = fopen(path, "w") else { return }
    defer { fclose(file) }
    fchmod(fileno(file), mode)
    let array = Array(bytes)
    fwrite(array, 1, array.count, file)
  }

  static func mode(_ path: String) -> UInt32 {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }
}

let morning = Instant(rfc3339: "2026-11-21T08:00:00Z")!
let apiKey = SecretID(environment: "staging", name: "API_KEY")
