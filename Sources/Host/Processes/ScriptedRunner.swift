internal import Synchronization

/// A runner for tests: answers as it is told and keeps what it was asked.
public final class ScriptedRunner: CommandRunner {
  private let answer: @Sendable (Command) async throws -> CommandResult
  private let asked = Mutex<[Command]>([])

  /// A runner that answers with what `answer` returns or throws.
  public init(_ answer: @escaping @Sendable (Command) async throws -> CommandResult) { self.answer = answer }

  /// The commands it was asked to run, in order.
  public var commands: [Command] { asked.withLock { $0 } }

  public func run(_ command: Command) async throws -> CommandResult {
    asked.withLock { $0.append(command) }
    return try await answer(command)
  }
}
