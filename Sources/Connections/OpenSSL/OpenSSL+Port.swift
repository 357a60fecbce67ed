internal import Calendar
internal import Host

extension OpenSSL {
  /// A server that accepts and says nothing is given up after so long.
  private static let handshakeTimeout = Duration.seconds(5)

  /// The certificate that a TLS server shows.
  ///
  /// Whether anybody trusts it is not asked: it is compared with the one that should be there.
  /// - Parameter address: `HOST:PORT`; an IPv6 address in brackets.
  /// - Parameter name: the name to ask for (SNI, RFC 6066).
  /// - Throws: `HostError`, always a transient one: a port that says nothing says nothing about its certificate;
  ///   `CancellationError`.
  public func served(at address: String, for name: String) async throws -> Certificate {
    let command = Command(
      [Self.program, "s_client", "-connect", address, "-servername", name, "-showcerts"],
      timeout: Self.handshakeTimeout, grace: .seconds(1))
    let result = try await commands.run(command)
    let pem = PEM(result.output.bytes)
    if pem.certificates.isEmpty {
      throw HostError("ask", address, Self.problem(in: result), class: .transient)
    }
    return try await certificate(in: pem)
  }

  /// What kept it from showing one, in words that are the same from look to look.
  private static func problem(in result: CommandResult) -> String {
    let said = result.error.text + result.output.text
    for (mark, words) in [
      ("errno=111", "nobody listens there"), ("errno=113", "there is no way to that host"),
      ("errno=110", "it does not answer"), ("Name or service not known", "its name is not known"),
      ("getaddrinfo", "its name is not known"), ("wrong version number", "it speaks no TLS"),
      ("unrecognized name", "it knows no such host"), ("packet length too long", "it speaks no TLS"),
      ("no peer certificate available", "it shows no certificate"),
    ] where said.contains(mark) { return words }
    return result.timedOut ? "it does not answer" : "it shows no certificate"
  }
}
