public import Calendar
import CrashPoints
import FoundationEssentials
public import Host

/// Secrets in any vault that has a command line: a program reads one line of JSON from its standard input, and writes one
/// to its standard output.
///
/// It keeps one document for each secret, and need not know what is in it; see ``ExecDocument`` for what is. It is asked
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
/// Its variables are `PATH`, `STEWARD_ENVIRONMENT` and `STEWARD_SECRET`.
public struct ExecStore: SecretStore {
  private let arguments: [String]
  private let commands: any CommandRunner

  /// The number that every request bears.
  static let protocolNumber = 1
  /// A vault beyond a network, and a login first.
  private static let timeout = Duration.seconds(30)
  /// Versions, each in base64 and then in a text of JSON.
  private static let answerBytesMax = 4 << 20
  /// The longest value, in bytes: as in the sealed store.
  static let valueBytesMax = SealedStore.valueBytesMax

  /// A store behind this program, an absolute path and its arguments, run through `commands`.
  public init(_ arguments: [String], commands: any CommandRunner = SubprocessRunner()) {
    self.arguments = arguments
    self.commands = commands
  }

  public func versions(of secret: SecretID) async throws -> [SecretVersion] {
    try await read(secret).document.versions.map(\.metadata).sorted { $0.number < $1.number }
  }

  public func value(of secret: SecretID, version: Int) async throws -> Secret {
    let versions = try await read(secret).document.versions
    return Secret(versions[try versions.index(of: version, secret)].value)
  }

  public func add(
    _ value: Secret, to secret: SecretID, at created: Instant, user: String?
  ) async throws -> SecretVersion {
    try await change(secret) { document throws(SecretStoreError) in
      try document.versions.checkRoom(for: value, of: secret, bytesMax: Self.valueBytesMax)
      let entry = ExecDocument.Entry(
        version: document.next, created: created, phase: .pending, overlapUntil: nil,
        user: user, value: value.withBytes { Data($0) })
      document.versions.append(entry)
      document.next += 1
      return entry.metadata
    }
  }

  public func mark(
    _ secret: SecretID, version: Int, as phase: SecretVersion.Phase, overlapUntil: Instant?
  ) async throws {
    try await change(secret) { document throws(SecretStoreError) in
      try document.versions.mark(version, of: secret, as: phase, overlapUntil: overlapUntil)
    }
  }

  public func remove(_ secret: SecretID, version: Int) async throws {
    try await change(secret) { document throws(SecretStoreError) in
      try document.versions.forget(version, of: secret)
    }
  }

  // MARK: The program

  private struct Request: Encodable {
    var `protocol` = ExecStore.protocolNumber
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

  private func read(_ secret: SecretID) async throws -> (document: ExecDocument, revision: String?) {
    let answer = try await ask(
      Request(do: "read", environment: secret.environment, secret: secret.name), secret)
    guard let text = answer.document else {
      guard answer.revision == nil else { throw strange(secret, "it gives a revision of nothing") }
      return (ExecDocument(for: secret), nil)
    }
    guard let revision = answer.revision else { throw strange(secret, "it gives no revision") }
    return (try ExecDocument(text, of: secret), revision)
  }

  /// Reads, changes, and writes if nobody did meanwhile. A program that was cut off may have written all the same: the
  /// caller looks again before it does anything else.
  private func change<T: Sendable>(
    _ secret: SecretID, _ body: (inout ExecDocument) throws(SecretStoreError) -> T
  ) async throws -> T {
    let (before, revision) = try await read(secret)
    var document = before
    let result = try body(&document)
    if document == before { return result }
    let request = Request(
      do: "write", environment: secret.environment, secret: secret.name,
      document: try document.text(of: secret),
      revision: revision)
    let answer = try await ask(request, secret, hiding: document.versions.map { Array($0.value) })
    if answer.conflict == true {
      throw SecretStoreError(.unavailable, subject, "\(secret) was changed by somebody else meanwhile")
    }
    guard answer.revision != nil else { throw strange(secret, "it does not say that it is kept") }
    return result
  }

  private func ask(
    _ request: Request, _ secret: SecretID, hiding secrets: [[UInt8]] = []
  ) async throws -> Answer {
    // No part may lead a program elsewhere that takes it for a path.
    guard secret.isWellFormed else {
      throw SecretStoreError(.refused, "\(secret)", "is no name that a path can have")
    }
    guard let input = try? JSONEncoder().encode(request) else {
      throw SecretStoreError(.refused, "\(secret)", "cannot be told to a program")
    }
    var command = Command(
      arguments,
      environment: [
        "PATH": Command.defaultPath, "STEWARD_ENVIRONMENT": secret.environment, "STEWARD_SECRET": secret.name,
      ], input: Array(input) + [UInt8(ascii: "\n")], timeout: Self.timeout)
    command.outputBytesMax = Self.answerBytesMax
    let result: CommandResult
    do {
      result = try await effect("vault.ask") { [command] in try await commands.run(command) }
    } catch let error as HostError {
      throw SecretStoreError(.unavailable, subject, error.reason)
    }
    guard result.isSuccess else {
      let error = result.failure(
        of: command, redacting: secrets + secrets.map { Array(Data($0).base64EncodedString().utf8) })
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
