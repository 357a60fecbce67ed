/// A runner for tests: answers as it is told.
public struct ScriptedRunner: CommandRunner {
  private let answer: @Sendable (Command) async throws -> CommandResult

  /// A runner that answers with what `answer` returns or throws.
  public init(_ answer: @escaping @Sendable (Command) async throws -> CommandResult) { self.answer = answer }

  public func run(_ command: Command) async throws -> CommandResult {
    try await answer(command)
  }
}
