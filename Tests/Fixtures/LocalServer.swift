public import Glibc

/// A server program of a test's own, in the foreground of a process group of its own, killed and reaped when the test
/// lets go of it.
public final class LocalServer: @unchecked Sendable {
  private let pid: pid_t
  private var isReaped = false
  /// What it printed.
  public let log: String

  /// Starts `arguments`, the program by its absolute path first, with what it prints in `log`. Nil where there is no such
  /// program: a visible skip on a laptop (``isDemanded``).
  public init?(_ arguments: [String], log: String) {
    guard let program = arguments.first, access(program, X_OK) == 0 else { return nil }
    self.log = log
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The test runner's threads have signals blocked, and what is started by them would too.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid: pid_t = 0
    guard posix_spawn(&pid, program, &actions, &attributes, &pointers, environ) == 0 else { return nil }
    self.pid = pid
  }

  deinit { stop(SIGKILL) }

  /// Sends it a signal, and no more.
  public func signal(_ number: Int32) { kill(-pid, number) }

  /// Ends it and waits until it is gone; one that does not heed the signal within ten seconds is killed.
  public func stop(_ number: Int32 = SIGTERM) {
    guard !isReaped else { return }
    isReaped = true
    kill(-pid, number)
    // A stopped one takes no other signal.
    kill(-pid, SIGCONT)
    var status: Int32 = 0
    for _ in 0..<1_000 {
      if waitpid(pid, &status, WNOHANG) != 0 { return }
      usleep(10_000)
    }
    kill(-pid, SIGKILL)
    waitpid(pid, &status, 0)
  }

  /// Whether a missing server is a failure, as in CI, and not a skip.
  public static var isDemanded: Bool { getenv("CI") != nil }

  /// Whether the programs are there, or must be.
  public static func has(_ programs: String...) -> Bool {
    isDemanded || programs.allSatisfy { access($0, X_OK) == 0 }
  }
}
