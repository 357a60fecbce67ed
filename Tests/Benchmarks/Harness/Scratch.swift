import FoundationEssentials
import Glibc
import Synchronization

/// A folder of one benchmark's own. Everything in it is gone when the benchmark has ended.
final class Scratch: Sendable {
  let folder: String
  /// Those that are there.
  private static let all = Mutex(Set<String>())

  init(_ name: String) throws {
    // Where the temporary folder is in memory, nothing would be durable there and every figure a lie.
    let base = getenv("STEWARD_BENCHMARK_FOLDER").map { String(cString: $0) } ?? "/var/tmp"
    var template = Array("\(base)/steward-\(name)-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw Program.Failed(description: "no folder in \(base): \(String(cString: strerror(errno)))")
    }
    folder = String(cString: made)
    chmod(folder, 0o755)
    _ = Scratch.all.withLock { [folder] in $0.insert(folder) }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
    _ = Scratch.all.withLock { [folder] in $0.remove(folder) }
  }

  /// Removes every one, for a program that ends at once.
  static func removeAll() {
    for folder in all.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: folder) }
  }

  /// The path of `name` in it.
  func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Makes a folder, with what is on the way to it, and returns its path.
  @discardableResult
  func makeFolder(_ name: String, permissions: mode_t = 0o755) throws -> String {
    try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    chmod(path(name), permissions)
    return path(name)
  }

  /// Writes a file as an editor does: beside its name, then over it. Returns when the rename was about to begin.
  @discardableResult
  func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws -> ContinuousClock.Instant {
    let path = path(name)
    try Data(text.utf8).write(to: URL(filePath: path + "~"))
    chmod(path + "~", mode)
    let began = ContinuousClock.now
    guard rename(path + "~", path) == 0 else { throw Program.Failed(description: "rename \(path)") }
    return began
  }
}
