import Glibc
import Host
import Testing

/// A folder of one test's own, removed when the test ends.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/host-tests-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    guard let folder = try? Folder(path) else { return }
    Self.empty(folder)
    rmdir(path)
  }

  private static func empty(_ folder: Folder) {
    guard let entries = try? folder.entries().entries else { return }
    for entry in entries {
      if entry.kind == .folder, let inner = try? folder.subfolder(entry.name) {
        empty(inner)
        _ = try? folder.removeEmpty(entry.name)
      } else {
        unlink("\(folder.path)/\(entry.name)")
      }
    }
  }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ text: String, to name: String) {
    let file = fopen(path(name), "w")
    fputs(text, file)
    fclose(file)
  }

  func read(_ name: String) -> String? {
    guard let bytes = try? PrivateFile.read(path(name), bytesMax: 64 << 20) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  func makeFolder(_ name: String) { mkdir(path(name), 0o755) }
}

/// Waits until `condition` holds; a deadline far beyond what it should take makes a hang a failure.
func eventually(
  within limit: Duration = .seconds(10), _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(2))
  }
  Issue.record(comment ?? "it did not happen within \(limit)", sourceLocation: sourceLocation)
}

/// The first value of a stream, or `nil` after a deadline.
func first<T: Sendable>(
  of stream: AsyncStream<T>, within limit: Duration = .seconds(10),
  where isWanted: @escaping @Sendable (T) -> Bool = { _ in true }
) async -> T? {
  await withTaskGroup(of: T?.self) { group in
    group.addTask {
      for await value in stream where isWanted(value) { return value }
      return nil
    }
    group.addTask {
      try? await Task.sleep(for: limit)
      return nil
    }
    let value = await group.next() ?? nil
    group.cancelAll()
    return value
  }
}
