import Glibc

/// A program that a test runs to its end.
public enum Tool {
  /// It said no, or is not there.
  public struct Refused: Error, CustomStringConvertible {
    /// What was run.
    public let arguments: [String]
    /// Its exit status.
    public let status: Int32
    /// What it wrote.
    public let output: String

    public var description: String { "\(arguments.joined(separator: " ")): status \(status): \(output)" }
  }

  /// Runs a program, found by `PATH`, and gives what it wrote to both its outputs. Blocks.
  /// - Throws: ``Refused`` where it ends otherwise than by 0.
  @discardableResult
  public static func run(_ arguments: [String]) throws -> String {
    let scratch = ScratchFolder()
    scratch.write("", to: "said", mode: 0o600)
    let path = scratch.path("said")
    let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    defer { close(file) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, file, 1)
    posix_spawn_file_actions_adddup2(&actions, file, 2)
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid: pid_t = 0
    let failure = posix_spawnp(&pid, arguments[0], &actions, nil, &pointers, environ)
    guard failure == 0 else {
      throw Refused(arguments: arguments, status: failure, output: String(cString: strerror(failure)))
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    let output = String(decoding: Bytes.read(path), as: UTF8.self)
    guard status == 0 else { throw Refused(arguments: arguments, status: status >> 8, output: output) }
    return output
  }
}
