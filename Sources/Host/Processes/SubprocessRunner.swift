internal import CrashPoints
internal import Glibc
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// Runs commands as child processes, each in a session of its own.
///
/// What a command leaves running in its session when it ends is killed: nobody would look after it. A program
/// that means to leave a service behind starts a session for it, as daemons do.
public struct SubprocessRunner: CommandRunner {
  private let clock: any WallClock
  private let records: CommandRecords?

  /// A runner that measures timeouts by `clock`, and writes down in `records` what is under way.
  public init(clock: any WallClock = SystemClock(), records: CommandRecords? = nil) {
    self.clock = clock
    self.records = records
  }

  public func run(_ command: Command) async throws -> CommandResult {
    try Task.checkCancellation()
    _ = Machine.survivesBrokenPipes
    guard let program = command.arguments.first, program.hasPrefix("/") else {
      let subject = command.arguments.first ?? "a command"
      throw HostError("run", subject, "not an absolute path; the program is written with its whole path")
    }
    var command = command
    var run: CommandRecords.Run?
    if let records, !command.outlivesDaemon {
      let written = try await offPool { try records.begin() }
      command.environment[CommandRecords.variable] = written.mark
      run = written
    }
    defer { if let run { records?.end(run) } }
    let running = RunningCommand()
    let began = clock.monotonic
    defer { running.killWhatIsLeft() }

    let end = try await withThrowingTaskGroup(of: ProcessEnd?.self) { group in
      group.addTask { [command] in
        try await effect("command.run") { try await Self.launch(command, program, into: running) }
      }
      group.addTask { [timeout = command.timeout] in
        do {
          try await clock.sleep(for: timeout)
          running.timeIsOver()
        } catch {
          // The command ended first, or the caller was cancelled: then so is the task that runs the command.
        }
        return nil
      }
      // Whoever is first: the command's end, or the end of its time, upon which the command is cancelled,
      // which makes the library tear it down and return.
      var end = try await group.next() ?? nil
      group.cancelAll()
      if end == nil { end = try await group.next() ?? nil }
      return end
    }
    // Cancelled or not, the library returns how the process ended; a caller that was cancelled must not take
    // the death it caused itself for a failure of the command.
    try Task.checkCancellation()
    let (output, error) = running.captured
    return CommandResult(
      end: end ?? .unseen, timedOut: running.timedOut, duration: clock.monotonic - began, output: output,
      error: error)
  }

  private static func launch(
    _ command: Command, _ program: String, into running: RunningCommand
  ) async throws -> ProcessEnd? {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: command.grace)
    ]
    // As C strings: the library hands these bytes on as they are.
    let environment = command.environment.map { Array("\($0.key)=\($0.value)\0".utf8) }
    do {
      let result = try await Subprocess.run(
        .path(FilePath(program)), arguments: Arguments(Array(command.arguments.dropFirst())),
        environment: .custom(environment), workingDirectory: FilePath(command.folder),
        platformOptions: options,
        input: .inputWriter, output: .sequence, error: .sequence
      ) { execution in
        running.began(execution.processIdentifier.value)
        MemoryScore.expose(execution.processIdentifier.value)
        await withTaskGroup { group in
          group.addTask {
            // A command that does not read its input is not at fault: EPIPE is not an error here.
            await effect("command.feed") {
              _ = try? await execution.standardInputWriter.write(command.input)
              try? await execution.standardInputWriter.finish()
            }
          }
          group.addTask { await running.capture(execution.standardOutput, \.output, command.outputBytesMax) }
          group.addTask { await running.capture(execution.standardError, \.error, command.outputBytesMax) }
        }
      }
      switch result.terminationStatus {
      case .exited(let code): return .exited(code)
      case .signaled(let signal): return .signaled(ProcessSignal(rawValue: signal))
      }
    } catch let error as SubprocessError {
      if let code = error.underlyingError?.rawValue { throw HostError("run", program, code: code) }
      throw HostError("run", program, error.description)
    }
  }
}

/// What is known of a command while it runs.
private final class RunningCommand: Sendable {
  struct State {
    var pid: Int32?
    var timedOut = false
    var output = CapturedOutput()
    var error = CapturedOutput()
  }

  private let state = Mutex(State())

  var captured: (CapturedOutput, CapturedOutput) { state.withLock { ($0.output, $0.error) } }

  var timedOut: Bool { state.withLock(\.timedOut) }

  func timeIsOver() { state.withLock { $0.timedOut = true } }

  func began(_ pid: Int32) { state.withLock { $0.pid = pid } }

  func capture(
    _ sequence: SubprocessOutputSequence, _ part: any WritableKeyPath<State, CapturedOutput> & Sendable,
    _ bytesMax: Int
  ) async {
    do {
      for try await buffer in sequence {
        state.withLock { state in
          buffer.withUnsafeBytes { bytes in
            let room = max(0, bytesMax - state[keyPath: part].bytes.count)
            state[keyPath: part].bytes.append(contentsOf: bytes.prefix(room))
            state[keyPath: part].droppedBytes += max(0, bytes.count - room)
          }
        }
      }
    } catch {
      // The pipe was closed under the reader because the process ended or was ended; what came is kept.
    }
  }

  func killWhatIsLeft() {
    guard let pid = state.withLock(\.pid) else { return }
    // The leader is reaped, so its number is free unless members of its group remain. A process that has this
    // number now is a stranger, and its group a stranger's.
    guard kill(pid, 0) != 0, errno == ESRCH else { return }
    _ = effect("command.sweep") { kill(-pid, SIGKILL) }
  }
}
