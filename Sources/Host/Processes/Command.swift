/// A program to be run to its end: a rotation, a restore drill, a check that the operator wrote.
public struct Command: Sendable {
  /// The program by its absolute path, then its arguments. No shell, no search path.
  public var arguments: [String]
  /// All variables that it gets; nothing is inherited.
  public var environment: [String: String]
  /// The folder it works in.
  public var folder: String
  /// What it reads on its standard input; then the input ends. Secrets go this way, never as arguments.
  public var input: [UInt8]
  /// How long it may run.
  public var timeout: Duration
  /// How long it has to end after SIGTERM before SIGKILL.
  public var grace: Duration
  /// How much of its standard output, and as much of its standard error, is kept. The rest is read and
  /// dropped.
  public var outputBytesMax: Int

  /// The search path given to a command that got none: what every Debian has, and nothing that a user may
  /// write.
  public static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  /// 256 KiB: more than a person reads, little enough to keep many.
  public static let outputBytesMaxDefault = 256 << 10

  /// Whether it may go on when the daemon is killed: one that a lock of its own keeps from being begun twice, and that the
  /// next daemon finds. Any other is ended before the next daemon runs one.
  public var outlivesDaemon = false

  /// A command with the search path as its only variable.
  public init(
    _ arguments: [String], environment: [String: String] = ["PATH": Command.defaultPath],
    folder: String = "/",
    input: [UInt8] = [], timeout: Duration = .seconds(60), grace: Duration = .seconds(5),
    outputBytesMax: Int = Command.outputBytesMaxDefault
  ) {
    self.arguments = arguments
    self.environment = environment
    self.folder = folder
    self.input = input
    self.timeout = timeout
    self.grace = grace
    self.outputBytesMax = outputBytesMax
  }
}

/// How a process ended.
public enum ProcessEnd: Hashable, Sendable, Codable, CustomStringConvertible {
  /// By itself, with this code.
  case exited(Int32)
  /// By this signal.
  case signaled(ProcessSignal)
  /// It is gone; how it ended, the kernel tells only its parent, which this process is not.
  case unseen

  /// "exited with 3", "was ended by SIGKILL".
  public var description: String {
    switch self {
    case .exited(let code): "exited with \(code)"
    case .signaled(let signal): "was ended by \(signal)"
    case .unseen: "ended unseen"
    }
  }
}

/// What a command printed, up to the limit.
public struct CapturedOutput: Hashable, Sendable {
  /// The first bytes of it.
  public var bytes: [UInt8] = []
  /// How many more there were, which were dropped.
  public var droppedBytes = 0
  /// Whether there were more.
  public var isTruncated: Bool { droppedBytes > 0 }
  /// As text; what is not UTF-8 is replaced.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
  /// Nothing.
  public init() {}
  /// What a fake printed.
  public init(_ text: String) { bytes = Array(text.utf8) }
}

/// What came of a command that could be started.
public struct CommandResult: Sendable {
  /// How it ended.
  public let end: ProcessEnd
  /// Whether it was ended because its time was over.
  public let timedOut: Bool
  /// How long it ran.
  public let duration: Duration
  /// What it printed on its standard output.
  public let output: CapturedOutput
  /// What it printed on its standard error.
  public let error: CapturedOutput

  /// A result with these parts.
  public init(
    end: ProcessEnd, timedOut: Bool = false, duration: Duration = .zero, output: CapturedOutput = .init(),
    error: CapturedOutput = .init()
  ) {
    self.end = end
    self.timedOut = timedOut
    self.duration = duration
    self.output = output
    self.error = error
  }

  /// Whether it exited with 0, in time.
  public var isSuccess: Bool { end == .exited(0) && !timedOut }
}

/// The door to other programs. The one in use is ``SubprocessRunner``; tests may hold a ``ScriptedRunner``.
public protocol CommandRunner: Sendable {
  /// Runs a command to its end.
  ///
  /// Cancelling the task ends the command as its timeout does, and throws `CancellationError` once it is
  /// gone. A command that fails is a result, not an error.
  /// - Throws: ``HostError`` where it cannot be started; `CancellationError`.
  func run(_ command: Command) async throws -> CommandResult
}
