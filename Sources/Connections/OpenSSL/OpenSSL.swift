internal import Calendar
internal import Cryptography
public import Host
internal import Synchronization

/// Keys and certificates through openssl(1): one process for what was not read before, none for what was. Private keys go
/// through standard input and output, never through an argument.
public final class OpenSSL: Sendable {
  let commands: any CommandRunner
  private let known = Mutex<[String: Certificate]>([:])

  static let program = "/usr/bin/openssl"
  /// A certificate is parsed in milliseconds.
  static let timeout = Duration.seconds(20)
  /// How many certificates are kept in mind.
  private static let knownMax = 4_096

  /// openssl as `commands` runs it.
  public init(_ commands: any CommandRunner) { self.commands = commands }

  /// Reads the first certificate of `pem`.
  /// - Throws: `HostError` where there is none, or openssl cannot read it; `CancellationError`.
  public func certificate(in pem: PEM) async throws -> Certificate {
    guard let block = pem.certificates.first, let fingerprint = PEM.fingerprint(of: block) else {
      throw HostError("read", "a certificate", "there is none")
    }
    if let certificate = known.withLock({ $0[fingerprint] }) { return certificate }
    let output = try await run(
      [
        "x509", "-noout", "-dateopt", "iso_8601", "-startdate", "-enddate", "-ext", "subjectAltName",
        "-pubkey",
      ],
      input: Array(block.text.utf8)
    ).text
    guard let notBefore = Self.moment("notBefore=", in: output),
      let notAfter = Self.moment("notAfter=", in: output),
      let key = PEM(Array(output.utf8)).blocks.first
    else { throw HostError("read", "a certificate", "openssl does not tell when it is valid") }
    let certificate = Certificate(
      fingerprint: fingerprint, hosts: Self.names(in: output), notBefore: notBefore, notAfter: notAfter,
      publicKey: SHA256Digest(of: key.text.utf8).hex)
    known.withLock {
      if $0.count >= Self.knownMax { $0 = [:] }
      $0[fingerprint] = certificate
    }
    return certificate
  }

  /// The SHA-256 digest of the public key that belongs to a private one, in PEM form.
  /// - Throws: `HostError` where openssl cannot read it; `CancellationError`.
  public func publicKey(of key: PEM.Block) async throws -> String {
    let output = try await run(["pkey", "-pubout", "-passin", "pass:"], input: Array(key.text.utf8))
    guard let block = PEM(output.bytes).blocks.first else {
      throw HostError("read", "a private key", "openssl does not tell its public one")
    }
    return SHA256Digest(of: block.text.utf8).hex
  }

  /// A new private key, in PEM form: an elliptic one on P-256, which every authority and server takes.
  /// - Throws: `HostError`; `CancellationError`.
  public func makeKey() async throws -> PEM.Block {
    let output = try await run(
      ["genpkey", "-quiet", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
    guard let key = PEM(output.bytes).key else {
      throw HostError("make", "a private key", "openssl made none")
    }
    return key
  }

  /// A request for a certificate for `hosts` with `key` (RFC 2986), in PEM form. The names stand in it as subject
  /// alternative names; their spelling is the caller's to check.
  /// - Throws: `HostError`; `CancellationError`.
  public func request(for hosts: [String], key: PEM.Block) async throws -> [UInt8] {
    let names = hosts.map { "DNS:\($0)" }.joined(separator: ",")
    return try await run(
      ["req", "-new", "-key", "/dev/stdin", "-subj", "/", "-addext", "subjectAltName=\(names)"],
      input: Array(key.text.utf8)
    ).bytes
  }

  /// Whether the first certificate in the file `chain` was signed with the key of one in the file `issuer`. Their times
  /// are not looked at.
  /// - Throws: `HostError` where openssl cannot be run; `CancellationError`.
  public func isSigned(_ chain: String, by issuer: String) async throws -> Bool {
    let arguments = ["verify", "-no_check_time", "-partial_chain", "-trusted", issuer, chain]
    return try await commands.run(Command([Self.program] + arguments, timeout: Self.timeout)).isSuccess
  }

  private func run(_ arguments: [String], input: [UInt8] = []) async throws -> CapturedOutput {
    let command = Command([Self.program] + arguments, input: input, timeout: Self.timeout)
    let result = try await commands.run(command)
    guard result.isSuccess else { throw result.failure(of: command) }
    return result.output
  }

  /// `notBefore=2026-11-24 16:32:38Z`
  private static func moment(_ key: String, in output: String) -> Instant? {
    output.split(separator: "\n").first { $0.hasPrefix(key) }.flatMap { line in
      Instant(rfc3339: String(line.dropFirst(key.count)).replacing(" ", with: "T", maxReplacements: 1))
    }
  }

  /// `    DNS:www.example.org, IP Address:192.0.2.1`
  private static func names(in output: String) -> [String] {
    output.split(separator: "\n").filter { $0.hasPrefix(" ") }.flatMap { $0.split(separator: ",") }
      .compactMap { entry in
        let entry = entry.drop { $0 == " " }
        for prefix in ["DNS:", "IP Address:"] where entry.hasPrefix(prefix) {
          return String(entry.dropFirst(prefix.count))
        }
        return nil
      }
  }
}
