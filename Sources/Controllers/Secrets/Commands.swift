import CrashPoints
import Host
import Reconciliation
import SecretStore

/// The operator's own commands: `rotate` and `test`.
///
/// Both get a value on their standard input, exactly its bytes, without a line end, and these variables:
/// `PATH`, `STEWARD_ENVIRONMENT`, `STEWARD_SECRET`, `STEWARD_VERSION`, and `STEWARD_IN` and `STEWARD_ROLE`
/// where written. `rotate` also gets `STEWARD_CURRENT_FILE`: a file with mode 0600 that holds the value in
/// force, empty where there is none yet; it is removed when `rotate` has ended.
extension SecretsController {
  /// How long a command may take: a login and a change at a slow service.
  static let commandTimeout = Duration.seconds(120)
  /// The code of a failure in which a command ran to its end and said no.
  static let refusedCode = "refused"

  /// Whether `test` takes `value`; nil where there is no `test`.
  func works(_ value: Secret, _ work: SecretWork) async throws -> Bool? {
    guard let arguments = work.resource.spec.test else { return nil }
    let command = command(arguments, with: value, work)
    let result = try await effect("secrets.try") { try await run(command, work) }
    if result.timedOut { throw failure(result, of: command, hiding: [value], work) }
    return result.isSuccess
  }

  /// Runs `rotate`, and leaves the copy of the value in force for the caller to remove.
  func rotate(_ value: Secret, with arguments: [String], _ work: SecretWork) async throws {
    var secrets = [value]
    if let current = work.current {
      secrets.append(
        try await self.value(of: work.resource.id, version: current.number, for: work.operation))
    }
    var command = command(arguments, with: value, work)
    command.environment["STEWARD_CURRENT_FILE"] = try await writeCopy(
      secrets.dropFirst().first, of: work.resource.id, for: work.operation)
    let result = try await effect("secrets.rotate") { try await run(command, work) }
    guard result.isSuccess else { throw failure(result, of: command, hiding: secrets, work) }
  }

  private func command(_ arguments: [String], with value: Secret, _ work: SecretWork) -> Command {
    var environment = [
      "PATH": Command.defaultPath, "STEWARD_ENVIRONMENT": work.resource.id.environment,
      "STEWARD_SECRET": work.resource.id.name, "STEWARD_VERSION": "\(work.action.version)",
    ]
    environment["STEWARD_IN"] = work.resource.spec.server
    environment["STEWARD_ROLE"] = work.resource.spec.role
    return Command(
      arguments, environment: environment, input: value.withBytes { $0 }, timeout: Self.commandTimeout)
  }

  private func run(_ command: Command, _ work: SecretWork) async throws -> CommandResult {
    do {
      return try await runner.run(command)
    } catch let error as HostError {
      throw Failure(error, operation: work.operation)
    }
  }

  private func failure(
    _ result: CommandResult, of command: Command, hiding secrets: [Secret], _ work: SecretWork
  ) -> Failure {
    let error = result.failure(of: command, redacting: secrets.map { $0.withBytes { $0 } })
    return Failure(
      .transient, code: Self.refusedCode, operation: work.operation, subject: error.subject,
      cause: error.reason)
  }
}
