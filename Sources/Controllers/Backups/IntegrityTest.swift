import CrashPoints
import Host

/// One test of a dump by a program of the system's.
struct IntegrityTest: Sendable {
  let program: String
  /// As people know it: `gzip -t`.
  let name: String
  let arguments: [String]
  /// What it must print; nil: whatever it likes.
  var output: String?

  enum Result: Equatable {
    case passed
    case failed(String)
    /// The program is not installed.
    case noTool
  }

  /// A terabyte at a hundred megabytes a second, with room; a longer one hangs.
  static let timeout = Duration.seconds(6 * 3_600)

  /// `PRAGMA integrity_check` on a file that nobody writes: immutable, so that neither a journal nor a lock is made.
  static func sqlite(_ path: String) -> IntegrityTest {
    let reserved = Set("?#%".utf8)
    let uri = path.utf8.map { byte in
      reserved.contains(byte) ? "%" + String(byte, radix: 16, uppercase: true) : String(UnicodeScalar(byte))
    }
    let escaped = path.utf8.contains(where: reserved.contains) ? uri.joined() : path
    return IntegrityTest(
      program: "sqlite3", name: "integrity_check",
      arguments: ["-batch", "-bail", "-readonly", "file:\(escaped)?immutable=1", "PRAGMA integrity_check"],
      output: "ok")
  }

  /// - Throws: `HostError` where it could not be run to its end; that says nothing about the dump.
  func run(by commands: any CommandRunner) async throws -> Result {
    // `env` finds the program on the path, and says with 127 that there is none (env(1)).
    let command = Command(["/usr/bin/env", program] + arguments, timeout: Self.timeout)
    let result = try await effect("verify.test") { try await commands.run(command) }
    switch result.end {
    case .exited(127): return .noTool
    case .exited where result.timedOut: throw result.failure(of: command)
    case .exited(0):
      let printed = result.output.text.split(whereSeparator: \.isNewline)
      guard let output, printed.first.map(String.init) != output else { return .passed }
      return .failed(printed.prefix(3).joined(separator: "; "))
    case .exited: return .failed(result.failure(of: command).reason)
    // Ended from outside: out of memory, or stewardd itself ends.
    case .signaled, .unseen: throw result.failure(of: command)
    }
  }
}
