public import Host
import Reconciliation

/// Talks to Redis servers through `redis-cli`, which ships with each of them and knows its protocol.
///
/// One process asks one server any number of things: commands go in on standard input, one a line, and so do the login
/// and whatever must not stand in a list of processes.
public struct RedisClient: Sendable {
  /// Where Debian's redis-tools puts it.
  public static let program = "/usr/bin/redis-cli"
  /// A server that accepts and never answers costs one look this much.
  public static let patience = Duration.seconds(10)
  /// Who answered nothing by TLS answers in the clear at once, or not at all.
  private static let patienceInTheClear = Duration.seconds(2)

  private let commands: any CommandRunner
  private let trust: String?

  /// A client that runs its program by `commands`, for servers that speak in the clear.
  public init(_ commands: any CommandRunner) { self.init(commands, trust: nil) }

  private init(_ commands: any CommandRunner, trust: String?) {
    self.commands = commands
    self.trust = trust
  }

  /// The same client, for servers of a certain authority.
  /// - Parameter trust: a file of root certificates: what is not on a Unix socket is spoken to by TLS, and must show a
  ///   certificate of theirs. `redis-cli` does not compare the name in it. nil: nothing is encrypted.
  public func trusting(_ trust: String?) -> RedisClient { RedisClient(commands, trust: trust) }

  /// Sends commands, each as its words, one after the other over one connection, and returns the replies in their order.
  /// An error reply is one of them; only a login that is refused ends everything.
  /// - Throws: ``RedisError``; `CancellationError`.
  public func ask(
    _ address: RedisAddress, as login: RedisLogin? = nil, _ requests: [[String]]
  ) async throws -> [RedisReply] {
    try await ask(address, as: login, requests, redacting: [])
  }

  /// The same for commands that change something: sent only where the login works. After one that is refused, `redis-cli`
  /// goes on with what it was given, as the user `default`, who may be allowed all of it.
  /// - Throws: ``RedisError``; `CancellationError`.
  public func change(
    _ address: RedisAddress, as login: RedisLogin?, _ requests: [[String]]
  ) async throws -> [RedisReply] {
    if let login { _ = try await ask(address, as: login, []) }
    return try await ask(address, as: login, requests)
  }

  /// Sends commands like the others, and then tries logins, one after the other. Returns for each whether it works.
  /// - Throws: ``RedisError``, where a login was answered with anything but yes or no, too; `CancellationError`.
  public func ask(
    _ address: RedisAddress, as login: RedisLogin? = nil, _ requests: [[String]], trying logins: [RedisLogin]
  ) async throws -> (replies: [RedisReply], works: [Bool]) {
    let all = requests + logins.map { ["AUTH", $0.user, $0.password] }
    let replies = try await ask(address, as: login, all, redacting: logins)
    let works = try replies.dropFirst(requests.count).map { reply in
      guard case .error(let reason) = reply else { return true }
      let error = RedisError(answering: reason, from: address)
      guard error.kind == .login else { throw error }
      return false
    }
    return (Array(replies.prefix(requests.count)), works)
  }

  /// Changes several things in one transaction, and returns the replies in their order. Whenever whoever asks is killed, the server
  /// has carried out all of them or none. One that refuses a command before it carries out any has done nothing; to an
  /// account that may not use MULTI, each is a command of its own.
  /// - Throws: ``RedisError``; `CancellationError`.
  public func changeAtOnce(
    _ address: RedisAddress, as login: RedisLogin?, _ requests: [[String]]
  ) async throws -> (replies: [RedisReply], isRefused: Bool) {
    if let login { _ = try await ask(address, as: login, []) }
    let told = try await ask(
      address, as: login, groups: [[["MULTI"]] + requests + [["EXEC"]]], redacting: [])[0]
    guard case .text(let lines) = told, lines.count == requests.count + 2, let end = lines.last else {
      throw RedisError(.client, address, "its answer to a transaction cannot be understood")
    }
    if let replies = RedisReply.all(printed: end) { return (replies, false) }
    let replies = lines.dropFirst().dropLast().map { RedisReply(printed: [$0]) }
    return (replies, end.contains("EXECABORT"))
  }

  private func ask(
    _ address: RedisAddress, as login: RedisLogin?, _ requests: [[String]], redacting others: [RedisLogin]
  ) async throws -> [RedisReply] {
    try await ask(address, as: login, groups: requests.map { [$0] }, redacting: others)
  }

  /// One reply for each group.
  private func ask(
    _ address: RedisAddress, as login: RedisLogin?, groups: [[[String]]], redacting others: [RedisLogin]
  ) async throws -> [RedisReply] {
    var lines: [String] = []
    // A login that fails as an option leaves one connected as the default user, who may be let in without a password.
    if let login { lines.append(Self.line(["AUTH", login.user, login.password])) }
    // What a command printed ends where the next mark stands: text has no length in what is printed.
    for (index, group) in groups.enumerated() { lines += [Self.mark(index)] + group.map(Self.line) }
    lines.append(Self.mark(groups.count))
    let command = Command(
      arguments(address), input: Array((lines.joined(separator: "\n") + "\n").utf8),
      timeout: Self.patience)
    let result: CommandResult
    do {
      result = try await commands.run(command)
    } catch let error as HostError {
      throw RedisError(.client, address, "\(error)")
    }
    if result.timedOut { throw RedisError(.unreachable, address, try await silence(of: address)) }
    let replies = Self.replies(in: result.output.bytes, to: groups.count)
    guard let replies else {
      throw failure(of: result, command, others + (login.map { [$0] } ?? []), at: address)
    }
    if login != nil, case .error(let reason)? = replies.login {
      throw RedisError(answering: reason, from: address)
    }
    return replies.asked
  }

  /// Why a server did not answer. One that knows no TLS waits for the end of what it takes for a command, and tells nothing;
  /// asked in the clear, for what is no secret, it answers.
  private func silence(of address: RedisAddress) async throws -> String {
    if let trust, case .network = address {
      let clear = Command(
        trusting(nil).arguments(address), input: Array("\(Self.mark(0))\n".utf8),
        timeout: Self.patienceInTheClear)
      let result = try? await commands.run(clear)
      try Task.checkCancellation()
      if let result, Self.replies(in: result.output.bytes, to: 0) != nil {
        return
          "it speaks no TLS, and \(trust) is to prove who it is: give it a certificate (tls-port, tls-cert-file), "
          + "or take `trust` out"
      }
    }
    return "no answer within \(Self.patience.components.seconds) seconds"
  }

  /// Sends one command and returns its reply.
  /// - Throws: ``RedisError``, an error reply among them; `CancellationError`.
  public func ask(_ address: RedisAddress, as login: RedisLogin? = nil, _ words: String...) async throws
    -> RedisReply
  {
    let reply = try await ask(address, as: login, [words])[0]
    if case .error(let reason) = reply { throw RedisError(answering: reason, from: address) }
    return reply
  }

  // MARK: What goes in

  private func arguments(_ address: RedisAddress) -> [String] {
    switch address {
    case .socket(let path): return [Self.program, "--json", "-s", path]
    case .network(let host, let port):
      let encryption = trust.map { ["--tls", "--cacert", $0, "--sni", host] } ?? []
      return [Self.program, "--json", "-h", host, "-p", "\(port)"] + encryption
    }
  }

  /// A command that no server knows: the one thing that each answers alike, whoever asks. A sentinel has no ECHO, and a
  /// server that cannot write its snapshot refuses even PING (MISCONF).
  private static func mark(_ index: Int) -> String { "steward-\(index)" }

  private static func isMark(_ line: String, _ index: Int) -> Bool {
    line.hasPrefix("error:\"ERR unknown command") && line.contains("\(mark(index))'")
  }

  /// A command as a line, each word in double quotes as `redis-cli` reads them.
  static func line(_ words: [String]) -> String {
    words.map { word in
      var quoted = "\""
      for byte in word.utf8 {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += "\\" + String(Unicode.Scalar(byte))
        case 0x20..<0x7F: quoted += String(Unicode.Scalar(byte))
        default:
          let digits = String(byte, radix: 16)
          quoted += "\\x" + (byte < 16 ? "0" : "") + digits
        }
      }
      return quoted + "\""
    }.joined(separator: " ")
  }

  // MARK: What comes out

  /// The printed lines, cut at the marks; nil where a mark is missing.
  private static func replies(in printed: [UInt8], to count: Int) -> (
    login: RedisReply?, asked: [RedisReply]
  )? {
    // By bytes: "\r\n" is one character.
    var lines = printed.split(separator: 10, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }[...]
    var pieces: [[String]] = []
    for index in 0...count {
      guard let end = lines.firstIndex(where: { isMark($0, index) }) else { return nil }
      pieces.append(Array(lines[lines.startIndex..<end]))
      lines = lines[(end + 1)...]
    }
    let login = pieces[0].isEmpty ? nil : RedisReply(printed: pieces[0])
    return (login, pieces.dropFirst().map { RedisReply(printed: $0) })
  }

  private func failure(
    of result: CommandResult, _ command: Command, _ logins: [RedisLogin], at address: RedisAddress
  ) -> RedisError {
    let said = result.error.text + result.output.text
    let lines = said.split(separator: "\n").map(String.init)
    func reason(in line: String) -> String {
      line.split(separator: ":").last.map { String($0.drop { $0 == " " }) } ?? line
    }
    if let trust, let line = lines.first(where: { $0.contains("SSL_") || $0.contains("TLS") }) {
      // "Could not connect to Redis at 127.0.0.1:6379: SSL_connect failed: certificate verify failed"
      return RedisError(
        .unreachable, address, "no TLS with a certificate that \(trust) proves: \(reason(in: line))")
    }
    if let line = lines.first(where: { $0.hasPrefix("Could not connect") }) {
      // "Could not connect to Redis at 127.0.0.1:6379: Connection refused"
      return RedisError(.unreachable, address, reason(in: line))
    }
    if let line = lines.first(where: { $0.hasPrefix("Error: ") }) {
      return RedisError(.unreachable, address, String(line.dropFirst(7)))
    }
    if case .error(let reason) = RedisReply(printed: Array(lines.prefix(1))) {
      return RedisError(answering: reason, from: address)
    }
    let secrets = logins.map { Array($0.password.utf8) }
    return RedisError(.client, address, result.failure(of: command, redacting: secrets).reason)
  }
}

/// Who logs in. Never printed.
public struct RedisLogin: Sendable {
  /// The ACL user.
  public let user: String
  /// The password in the clear; it goes to `redis-cli` on standard input.
  public let password: String

  /// The user with this password.
  public init(user: String, password: String) {
    self.user = user
    self.password = password
  }
}
