import CLibpq
import Glibc
import SecretStore

/// A session in a server, on the thread that opened it. Every call ends by the session's deadline.
public final class PostgreSQLSession {
  private let connection: OpaquePointer
  private let deadline: ContinuousClock.Instant

  /// Whether the server asked for a password. One that did not lets everybody in, and proves nothing.
  public let wasAskedForPassword: Bool

  init(_ address: PostgreSQLAddress, user: String, password: Secret?, patience: Duration) throws {
    deadline = .now + patience
    let milliseconds = max(1, patience / .milliseconds(1))
    var parameters = [
      "host": address.host, "port": "\(address.port)", "dbname": address.database, "user": user,
      "application_name": "stewardd", "client_encoding": "UTF8",
      "sslmode": address.isEncrypted ? "require" : "prefer", "gssencmode": "disable",
      // Nothing that lies in somebody's home decides who logs in.
      "passfile": "/nonexistent",
      "tcp_user_timeout": "\(Int(milliseconds))",
      // In the start-up message, so that they cost no statement of their own and go before what the database's owner, or the
      // role, has set (CVE-2018-1058): no function of somebody else's is called with an administrator's rights.
      "options":
        "-c search_path=pg_catalog,pg_temp -c statement_timeout=\(Int(milliseconds)) -c lock_timeout=\(Int(milliseconds / 2)) -c client_min_messages=error",
    ]
    if let password {
      password.withText { parameters["password"] = $0 }
      // Whoever answers in the server's place, with any certificate, would else be told the password, or a hash that does
      // as well.
      if address.isEncrypted { parameters["channel_binding"] = "require" }
    }
    do {
      connection = try Self.connect(parameters, by: deadline)
    } catch let error as PostgreSQLError where error.message.contains(Self.unasked) {
      parameters["password"] = nil
      parameters["channel_binding"] = "disable"
      connection = try Self.connect(parameters, by: deadline)
    }
    wasAskedForPassword = PQconnectionUsedPassword(connection) == 1
  }

  deinit { PQfinish(connection) }

  /// Runs one statement and gives its rows, each value as text.
  /// - Parameter parameters: What stands for `$1`, `$2` …
  public func rows(_ statement: String, _ parameters: [String?] = []) throws -> [[String?]] {
    let copies = parameters.map { $0.map { strdup($0) } }
    defer { for copy in copies { free(copy ?? nil) } }
    let values = copies.map { UnsafePointer($0 ?? nil) }
    let sent = PQsendQueryParams(connection, statement, Int32(values.count), nil, values, nil, nil, 0)
    guard sent == 1 else { throw lost(sent: false) }
    while true {
      let left = PQflush(connection)
      if left == 0 { break }
      guard left == 1, try wait(POLLOUT) else { throw lost(sent: true) }
    }
    var rows: [[String?]] = []
    var failure: PostgreSQLError?
    while let result = try nextResult() {
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK: rows += Self.rows(of: result)
      default: failure = failure ?? Self.failure(of: result)
      }
    }
    if let failure { throw failure }
    return rows
  }

  /// `name` as an identifier in a statement.
  public func identifier(_ name: String) -> String { Self.identifier(name) }

  /// The same where nobody is logged in: for statements that are shown to people.
  public static func identifier(_ name: String) -> String {
    "\"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }

  /// `elements` as the value of a parameter that is an array of texts.
  public static func array(_ elements: some Sequence<String>) -> String {
    let quoted = elements.map { element in
      "\"\(element.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined())\""
    }
    return "{\(quoted.joined(separator: ","))}"
  }

  /// `text` as a literal in a statement, for the statements that take no parameters.
  public func literal(_ text: String) throws -> String {
    guard let escaped = PQescapeLiteral(connection, text, strlen(text)) else { throw lost(sent: false) }
    defer { PQfreemem(escaped) }
    return String(cString: escaped)
  }

  private func nextResult() throws -> OpaquePointer? {
    while PQisBusy(connection) == 1 {
      guard try wait(POLLIN), PQconsumeInput(connection) == 1 else { throw lost(sent: true) }
    }
    return PQgetResult(connection)
  }

  /// Returns false at the deadline.
  private func wait(_ events: Int32) throws -> Bool { Self.wait(connection, events, by: deadline) }

  private func lost(sent: Bool) -> PostgreSQLError {
    if ContinuousClock.now >= deadline {
      return PostgreSQLError("it did not answer in time", isInDoubt: sent)
    }
    let said = Self.firstLine(of: connection)
    return PostgreSQLError(said.message, state: said.state, isInDoubt: sent)
  }
}

extension PostgreSQLSession {
  /// What libpq says where a server lets in whoever comes, so that nothing binds the login to the connection.
  private static let unasked = "server authenticated client without channel binding"

  private static func connect(
    _ parameters: [String: String], by deadline: ContinuousClock.Instant
  ) throws -> OpaquePointer {
    guard let connection = start(parameters) else {
      throw PostgreSQLError("there is no memory for a connection")
    }
    do {
      // The only way to the SQLSTATE of a refused login leads through the text of the message.
      PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
      try finish(connection, by: deadline)
      PQsetnonblocking(connection, 1)
      PQsetNoticeProcessor(connection, { _, _ in }, nil)
      return connection
    } catch {
      PQfinish(connection)
      throw error
    }
  }

  private static func start(_ parameters: [String: String]) -> OpaquePointer? {
    let pairs = Array(parameters)
    var keys: [UnsafePointer<CChar>?] = pairs.map { UnsafePointer(strdup($0.key)) } + [nil]
    var values: [UnsafePointer<CChar>?] = pairs.map { UnsafePointer(strdup($0.value)) } + [nil]
    defer {
      for key in keys { free(UnsafeMutableRawPointer(mutating: key)) }
      for value in values.compactMap({ $0 }) {
        // A password is among them.
        let memory = UnsafeMutablePointer(mutating: value)
        explicit_bzero(memory, strlen(memory))
        free(memory)
      }
    }
    return PQconnectStartParams(&keys, &values, 0)
  }

  private static func finish(_ connection: OpaquePointer, by deadline: ContinuousClock.Instant) throws {
    var state = PGRES_POLLING_WRITING
    while true {
      switch state {
      case PGRES_POLLING_OK: return
      case PGRES_POLLING_FAILED: throw refused(connection)
      default:
        guard PQstatus(connection) != CONNECTION_BAD else { throw refused(connection) }
        guard wait(connection, state == PGRES_POLLING_READING ? POLLIN : POLLOUT, by: deadline) else {
          throw PostgreSQLError("it accepts connections and did not answer in time")
        }
      }
      state = PQconnectPoll(connection)
    }
  }

  private static func refused(_ connection: OpaquePointer) -> PostgreSQLError {
    let said = firstLine(of: connection)
    return PostgreSQLError(
      said.message, state: said.state, wasAskedForPassword: PQconnectionUsedPassword(connection) == 1)
  }

  private static func wait(
    _ connection: OpaquePointer, _ events: Int32, by deadline: ContinuousClock.Instant
  ) -> Bool {
    var descriptor = pollfd(fd: PQsocket(connection), events: Int16(events), revents: 0)
    while true {
      let left = Int32(max(0, min((deadline - .now) / .milliseconds(1), 3_600_000)).rounded(.up))
      let count = poll(&descriptor, 1, left)
      if count > 0 { return true }
      if count == 0 { return false }
      guard errno == EINTR else { return false }
    }
  }

  private static func rows(of result: OpaquePointer) -> [[String?]] {
    (0..<PQntuples(result)).map { row in
      (0..<PQnfields(result)).map { column in
        PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
      }
    }
  }

  private static func failure(of result: OpaquePointer) -> PostgreSQLError {
    func field(_ code: UnicodeScalar) -> String? {
      PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }
    // PG_DIAG_MESSAGE_PRIMARY and PG_DIAG_SQLSTATE. Without an SQLSTATE it is libpq that speaks: the connection broke.
    let message = field("M") ?? String(cString: PQresultErrorMessage(result))
    let state = field("C")
    return PostgreSQLError(
      oneLine(message), state: state, isInDoubt: state == nil || state?.hasPrefix("57P") == true)
  }

  /// What the connection says last: `…: FATAL:  28P01: password authentication failed for user "web"`, and where in the
  /// server's source, which nobody needs.
  private static func firstLine(of connection: OpaquePointer) -> (message: String, state: String?) {
    let lines = String(cString: PQerrorMessage(connection)).split(separator: "\n")
      .filter { !$0.hasPrefix("LOCATION:") && !$0.hasPrefix("\t") }
    let line = cause(in: lines)
    guard let range = states(in: line) else {
      return (aboutPasswords(aboutCertificates(oneLine(String(line)))), nil)
    }
    return (oneLine(String(line[line.index(range.upperBound, offsetBy: 2)...])), String(line[range]))
  }

  /// Of several addresses, the last is the one that answered. With `sslmode=prefer` it was asked twice, by TLS and then in the
  /// clear, and has a line for each: what it has against the first says more than that it takes nothing in the clear, unless
  /// passwords are taken there alone.
  private static func cause(in lines: [Substring]) -> Substring {
    guard let last = lines.last(where: { states(in: $0) != nil }) else {
      return lines.first ?? "the connection broke"
    }
    guard let range = states(in: last), last[range] != PostgreSQLError.wrongPassword,
      let end = last.firstRange(of: " failed: ")?.upperBound
    else { return last }
    return lines.first { $0.hasPrefix(last[..<end]) } ?? last
  }

  /// Says what mends a login that nothing would bind to the connection.
  private static func aboutPasswords(_ message: String) -> String {
    guard message.contains("channel binding required"), !message.contains(unasked) else { return message }
    return
      "it asks for the password in a way that would tell it to whoever answers in its place; set password_encryption "
      + "to scram-sha-256 and the password anew: \(message)"
  }

  /// Says whose certificate was refused: OpenSSL's words do not, nor why, which may be its authority or its time.
  private static func aboutCertificates(_ message: String) -> String {
    if message.contains(" alert "), ["unknown ca", "certificate"].contains(where: message.contains) {
      return "it does not accept the certificate in ~/.postgresql/postgresql.crt: \(message)"
    }
    if message.contains("certificate verify failed") {
      return "no authority in ~/.postgresql/root.crt proves its certificate, as it is now: \(message)"
    }
    return message
  }

  /// The SQLSTATE in a verbose message: five digits or capitals between `:  ` and `: `.
  private static func states(in line: Substring) -> Range<Substring.Index>? {
    for mark in line.ranges(of: ":  ") {
      let rest = line[mark.upperBound...]
      guard let end = rest.index(rest.startIndex, offsetBy: 5, limitedBy: rest.endIndex),
        rest[end...].hasPrefix(": "),
        rest[..<end].allSatisfy({ $0.isASCII && ($0.isNumber || $0.isUppercase) })
      else { continue }
      return rest.startIndex..<end
    }
    return nil
  }

  private static func oneLine(_ text: String) -> String {
    text.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }.joined(separator: " ")
  }
}
