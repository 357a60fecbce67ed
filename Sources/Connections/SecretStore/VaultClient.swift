import FoundationEssentials
import Host

/// Requests to a vault's HTTP interface through curl(1), one process each. All that it is told goes in on its standard input:
/// neither a token nor a value stands in an argument or a variable.
struct VaultClient: Sendable {
  /// Where Debian's curl puts it.
  static let program = "/usr/bin/curl"
  /// How long a connection may take, TLS included: a server that accepts and never answers costs this much.
  private static let connectSeconds = 5
  /// How long a whole request may take.
  private static let requestSeconds = 20
  /// curl 7.88 reads no longer line than 100 KiB of what it is told.
  private static let pieceBytesMax = 16 << 10

  let commands: any CommandRunner

  /// One request, below `/v1/`.
  struct Request: Sendable {
    var method: String
    /// Unencoded, its parts divided by slashes.
    var path: String
    var body: [UInt8]?
    /// What no error may show.
    var secrets: [[UInt8]] = []

    init(_ method: String, _ path: String, body: [UInt8]? = nil, hiding secrets: [[UInt8]] = []) {
      self.method = method
      self.path = path
      self.body = body
      self.secrets = secrets
    }
  }

  /// What a server said.
  struct Answer: Sendable {
    let status: Int
    let body: [UInt8]
    /// Where it sends the caller instead; empty where it does not.
    let redirect: String
    /// What no error may show.
    let secrets: [[UInt8]]

    /// nil where the body is something else.
    func decoded<Value: Decodable>(as type: Value.Type) -> Value? {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      // What the decoder says could quote the answer.
      return try? decoder.decode(Value.self, from: Data(body))
    }

    /// `errors`, as every answer has them that is no success; nil where it is none of a vault's.
    var errors: [String]? {
      struct Said: Decodable { var errors: [String]? }
      return decoded(as: Said.self)?.errors
    }

    /// ` (what it said)` in one line, or nothing.
    var said: String {
      let text = Array((errors ?? []).joined(separator: "; ").utf8)
      let line = Redaction.lines(of: text, without: secrets).joined(separator: " ")
        .split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return line.isEmpty ? "" : " (\(line.prefix(300)))"
    }
  }

  /// Asks with this token.
  /// - Throws: ``SecretStoreError`` where no answer of HTTP comes: `denied` for a server that is not trusted, otherwise
  ///   `unavailable`; `CancellationError`.
  func ask(_ request: Request, of vault: VaultSettings, token: Secret?) async throws -> Answer {
    var command = Command(
      // First of all: a file of the user's own is not read.
      [Self.program, "--disable", "--config", "-"], input: told(request, vault, token),
      timeout: .seconds(Self.requestSeconds * 2))
    command.outputBytesMax = DocumentStore.documentBytesMax
    let result: CommandResult
    do {
      result = try await commands.run(command)
    } catch let error as HostError {
      throw SecretStoreError(.unavailable, vault.address, "\(error)")
    }
    guard result.isSuccess else {
      let error = result.failure(of: command, redacting: request.secrets)
      // curl(1): 60, its certificate cannot be proved; 77, the file of root certificates cannot be read.
      let isDistrusted = [.exited(60), .exited(77)].contains(result.end)
      throw SecretStoreError(
        isDistrusted ? .denied : .unavailable, vault.address,
        (isDistrusted ? "is not the server that `trust` names: " : "cannot be reached: ") + error.reason)
    }
    let lines = result.output.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let words = String(decoding: lines.last ?? [], as: UTF8.self).split(separator: " ")
    guard !result.output.isTruncated, let status = words.first.flatMap({ Int($0) }) else {
      throw SecretStoreError(.damaged, vault.address, "its answer is longer than any document")
    }
    return Answer(
      status: status, body: Array(lines.dropLast().joined(separator: [UInt8(ascii: "\n")])),
      redirect: words.count > 1 ? String(words[1]) : "", secrets: request.secrets)
  }

  /// What curl is told, as its manual has it under `--config`.
  private func told(_ request: Request, _ vault: VaultSettings, _ token: Secret?) -> [UInt8] {
    let scheme = vault.address.prefix { $0 != ":" }
    var lines: [[UInt8]] = [
      "silent", "show-error", "globoff", "proto = \"=\(scheme)\"", "connect-timeout = \(Self.connectSeconds)",
      "max-time = \(Self.requestSeconds)", "write-out = \"\\n%{http_code} %{redirect_url}\"",
      "request = \"\(request.method)\"",
      // A vault's own header against requests that somebody else's page makes a program send.
      "header = \"X-Vault-Request: true\"", "header = \"Expect:\"",
    ].map { Array($0.utf8) }
    func tell(_ name: String, _ value: some Collection<UInt8>) {
      lines.append(Array("\(name) = ".utf8) + quoted(value))
    }
    tell("url", "\(vault.address)/v1/\(encoded(request.path))".utf8)
    if let trust = vault.trust { tell("cacert", trust.utf8) }
    if let namespace = vault.namespace { tell("header", "X-Vault-Namespace: \(namespace)".utf8) }
    token?.withBytes { tell("header", Array("X-Vault-Token: ".utf8) + $0) }
    var rest = (request.body ?? [])[...]
    while !rest.isEmpty {
      // Pieces of `json` are put together as they are.
      tell("json", rest.prefix(Self.pieceBytesMax))
      rest = rest.dropFirst(Self.pieceBytesMax)
    }
    return Array(lines.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")]
  }

  private func quoted(_ text: some Collection<UInt8>) -> [UInt8] {
    let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
    return [quote] + text.flatMap { [quote, backslash].contains($0) ? [backslash, $0] : [$0] } + [quote]
  }

  /// Percent-encoded but for what RFC 3986 calls unreserved, and slashes.
  private func encoded(_ path: String) -> String {
    path.utf8.map { byte in
      let isPlain =
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "-._~/".utf8.contains(byte)
      let hex = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + hex
    }.joined()
  }
}
