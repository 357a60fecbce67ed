import Glibc

/// Programs that are measured, or that measure themselves. Started without a shell and always waited for.
enum Program {
  /// A program that did not do what it was started for.
  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// Starts a program. Its input comes from where `input` leads, or is empty; its output goes where `output` leads, or
  /// nowhere.
  static func start(
    _ arguments: [String], environment: [String: String] = [:], input: Int32? = nil, output: Int32? = nil,
    errors: Int32? = nil
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, target) in [(input, Int32(0)), (output, 1), (errors, 2)] {
      if let descriptor {
        posix_spawn_file_actions_adddup2(&actions, descriptor, target)
      } else {
        posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
      }
    }
    // The threads of Swift's own pool take no signals, and a child would inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let variables = ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"]
      .merging(environment) { $1 }
    var argv = arguments.map { strdup($0) } + [nil]
    var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let error = posix_spawnp(&pid, arguments[0], &actions, &attributes, &argv, &envp)
    guard error == 0 else {
      throw Failed(description: "\(arguments[0]): \(String(cString: strerror(error)))")
    }
    return pid
  }

  /// Waits for the end of a program that was started here; returns its wait status.
  @discardableResult
  static func wait(_ pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return status
  }

  /// Runs a program to its end and returns how long that took, in seconds.
  static func seconds(_ arguments: [String], environment: [String: String] = [:]) throws -> Double {
    let began = ContinuousClock.now
    let status = wait(try start(arguments, environment: environment))
    let took = began.duration(to: .now)
    guard status == 0 else {
      throw Failed(description: "\(arguments.joined(separator: " ")): status \(status)")
    }
    return took / .seconds(1)
  }

  /// Runs a program to its end and returns what it printed.
  static func output(_ arguments: [String], environment: [String: String] = [:]) throws -> String {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failed(description: "no pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let pid: pid_t
    do {
      defer { close(ends[1]) }
      pid = try start(arguments, environment: environment, output: ends[1], errors: 2)
    }
    var printed: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while case let count = read(ends[0], &buffer, buffer.count), count != 0 {
      if count > 0 { printed += buffer[..<count] } else if errno != EINTR { break }
    }
    let status = wait(pid)
    guard status == 0 else {
      throw Failed(description: "\(arguments.joined(separator: " ")): status \(status)")
    }
    return String(decoding: printed, as: UTF8.self)
  }

  /// Runs a program that measures itself and prints one number, and returns that.
  static func figure(_ arguments: [String], environment: [String: String] = [:]) throws -> Double {
    let text = try output(arguments, environment: environment)
    guard let value = text.split(whereSeparator: \.isWhitespace).last.flatMap({ Double($0) }) else {
      throw Failed(description: "\(arguments[0]) printed no number: \(text)")
    }
    return value
  }
}
