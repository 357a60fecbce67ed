import CrashPoints
import FoundationEssentials
import Host

/// Documents in any vault that has a command line: a program reads one line of JSON from its standard input, and writes one
/// to its standard output.
///
/// It is asked
///
///     {"protocol": 1, "do": "read", "environment": "staging", "secret": "API_KEY"}
///     {"protocol": 1, "do": "write", "environment": "staging", "secret": "API_KEY", "document": "…", "revision": "7"}
///
/// and answers, with exit status 0,
///
///     {"document": "…", "revision": "7"}     what it keeps, and a mark that changes with it; {} where it keeps nothing
///     {"revision": "8"}                      it is kept, durably
///     {"conflict": true}                     it was not: the revision is not the one given; none is given for the first
///
/// Any other status is a failure; of what it says on its standard error the last lines are shown, so no value belongs there.
/// Its variables are `PATH`, `STEWARD_ENVIRONMENT` and `STEWARD_SECRET`, and `STEWARD_COMMAND`, which is the daemon's own mark.
struct ExecTransport: DocumentTransport {
  private let arguments: [String]
  private let commands: any CommandRunner

  /// The number that every request bears.
  static let protocolNumber = 1
  /// A vault beyond a network, and a login first.
  private static let timeout = Duration.seconds(30)

  /// A program, an absolute path and its arguments, run through `commands`.
  init(_ arguments: [String], commands: any CommandRunner) {
    self.arguments = arguments
    self.commands = commands
  }

  private struct Request: Encodable {
    var `protocol` = ExecTransport.protocolNumber
    var `do`: String
    var environment: String
    var secret: String
    var document: String?
    var revision: String?
  }

  private struct Answer: Decodable {
    var document: String?
    var revision: String?
    var conflict: Bool?
  }

  func read(_ secret: SecretID) async throws -> (text: String, revision: String)? {
    let answer = try await ask(
      Request(do: "read", environment: secret.environment, secret: secret.name), secret)
    guard let text = answer.document else {
      guard answer.revision == nil else { throw strange(secret, "it gives a revision of nothing") }
      return nil
    }
    guard let revision = answer.revision else { throw strange(secret, "it gives no revision") }
    return (text, revision)
  }

  func write(
    _ text: String, of secret: SecretID, replacing revision: String?, hiding secrets: [[UInt8]]
  ) async throws {
    let request = Request(
      do: "write", environment: secret.environment, secret: secret.name, document: text, revision: revision)
    let answer = try await ask(request, secret, hiding: secrets)
    if answer.conflict == true { throw SecretStoreError.conflict(secret, at: subject) }
    guard answer.revision != nil else { throw strange(secret, "it does not say that it is kept") }
  }

  /// What a program keeps of former documents is its own affair.
  func hasCopies(of secret: SecretID) async throws -> Bool { false }
  func removeCopies(of secret: SecretID, before revision: String) async throws {}

  private func ask(
    _ request: Request, _ secret: SecretID, hiding secrets: [[UInt8]] = []
  ) async throws -> Answer {
    guard let input = try? JSONEncoder().encode(request) else {
      throw SecretStoreError(.refused, "\(secret)", "cannot be told to a program")
    }
    var command = Command(
      arguments,
      environment: [
        "PATH": Command.defaultPath, "STEWARD_ENVIRONMENT": secret.environment, "STEWARD_SECRET": secret.name,
      ], input: Array(input) + [UInt8(ascii: "\n")], timeout: Self.timeout)
    command.outputBytesMax = DocumentStore.documentBytesMax
    let result: CommandResult
    do {
      result = try await effect("vault.ask") { [command] in try await commands.run(command) }
    } catch let error as HostError {
      throw SecretStoreError(.unavailable, subject, error.reason)
    }
    guard result.isSuccess else {
      let error = result.failure(of: command, redacting: secrets)
      throw SecretStoreError(.unavailable, subject, "\(request.do) \(secret): \(error.reason)")
    }
    // What the decoder says could quote the answer.
    guard !result.output.isTruncated,
      let answer = try? JSONDecoder().decode(Answer.self, from: Data(result.output.bytes))
    else { throw strange(secret, "its answer is not the JSON that is asked for") }
    return answer
  }

  private var subject: String { arguments.first ?? "stores" }

  private func strange(_ secret: SecretID, _ message: String) -> SecretStoreError {
    SecretStoreError(.damaged, subject, "\(secret): \(message)")
  }
}
