import Fixtures
import Glibc
import PostgreSQL
import Reconciliation
import SecretStore
import Testing

@Suite("Sessions in a PostgreSQL server", .serialized, .enabled(if: PostgreSQLCluster.isInstalled))
struct PostgreSQLTests {
  private func server(_ cluster: PostgreSQLCluster) -> PostgreSQLServer {
    PostgreSQLServer(PostgreSQLAddress(host: cluster.socket, port: cluster.port))
  }

  @Test("statements give rows, errors their SQLSTATE and class, and the connection lives on")
  func statements() async throws {
    let cluster = try PostgreSQLCluster()
    try await server(cluster).session(as: "postgres") { session in
      #expect(try session.rows("SELECT $1::int + 1, NULL", ["41"]) == [["42", nil]])
      for (statement, state, kind) in [
        ("SELECT 1/0", "22012", Failure.Class.terminal), ("SELEC", "42601", .terminal),
        ("ALTER ROLE nobody LOGIN", "42704", .needsOperator),
      ] {
        let error = #expect(throws: PostgreSQLError.self) { try session.rows(statement) }
        #expect(error?.state == state && error?.class == kind, "\(String(describing: error))")
      }
      _ = try session.rows("SET default_transaction_read_only = on")
      let error = #expect(throws: PostgreSQLError.self) { try session.rows("CREATE TABLE t()") }
      #expect(error?.state == "25006" && error?.class == .transient)
      #expect(session.identifier("a\"b") == "\"a\"\"b\"")
      let literal = try session.literal("it's")
      #expect(try session.rows("SELECT \(literal)") == [["it's"]])
    }
  }

  @Test("a refused login tells a wrong password from a server that is full, and quotes no password")
  func logins() async throws {
    let cluster = try PostgreSQLCluster(["max_connections": "8", "superuser_reserved_connections": "1"])
    try cluster.psql("CREATE ROLE web LOGIN PASSWORD 'right-canary'")
    let server = server(cluster)
    let asked = try await server.session(as: "web", password: Secret("right-canary")) {
      $0.wasAskedForPassword
    }
    #expect(asked)
    for user in ["web", "nobody"] {
      let error = await #expect(throws: PostgreSQLError.self) {
        try await server.session(as: user, password: Secret("wrong-canary")) { _ in () }
      }
      #expect(error?.isWrongPassword == true && error?.class == .needsOperator)
      #expect(error?.message.contains("canary") == false)
    }
    try await withThrowingTaskGroup(of: String?.self) { group in
      for _ in 0..<16 {
        group.addTask {
          do {
            try await server.session(as: "web", password: Secret("right-canary")) { _ in _ = usleep(500_000) }
            return nil
          } catch let error as PostgreSQLError {
            return error.class == .transient ? error.state : "\(error)"
          }
        }
      }
      let states = try await group.reduce(into: Set<String>()) { if let state = $1 { $0.insert(state) } }
      #expect(states == ["53300"])
    }
  }

  @Test("a wrong password is told from all else where logins are taken by TLS alone, or in the clear alone")
  func oneWay() async throws {
    let folder = ScratchFolder()
    let cluster = try PostgreSQLCluster(certificate: PrivateCertificate(in: folder))
    try cluster.psql("CREATE ROLE web LOGIN PASSWORD 'right'")
    func login(_ password: String, isEncrypted: Bool = false) async throws -> String? {
      let address = PostgreSQLAddress(host: "127.0.0.1", port: cluster.port, isEncrypted: isEncrypted)
      return try await PostgreSQLServer(address).session(as: "web", password: Secret(password)) {
        try $0.rows("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")[0][0]
      }
    }
    for (kind, ssl) in [("hostssl", "t"), ("hostnossl", "f")] {
      cluster.write(
        "local all postgres peer map=tests\n\(kind) all all 127.0.0.1/32 scram-sha-256\n", to: "pg_hba.conf")
      try cluster.psql("SELECT pg_reload_conf()")
      try await eventually { (try? await login("right")) == ssl }
      let error = await #expect(throws: PostgreSQLError.self) { _ = try await login("wrong") }
      #expect(error?.isWrongPassword == true, "\(kind): \(error?.message ?? "")")
    }
    let error = await #expect(throws: PostgreSQLError.self) {
      _ = try await login("right", isEncrypted: true)
    }
    #expect(
      error?.state == "28000" && error?.message.contains("no pg_hba.conf entry") == true,
      "\(error?.message ?? "")")
  }

  @Test("where TLS is meant, a password is given only by SCRAM, bound to the connection")
  func bound() async throws {
    let folder = ScratchFolder()
    let cluster = try PostgreSQLCluster(certificate: PrivateCertificate(in: folder))
    try cluster.psql("SET password_encryption = 'md5'; CREATE ROLE old LOGIN PASSWORD 'right'")
    try cluster.psql("CREATE ROLE web LOGIN PASSWORD 'right'")
    let address = PostgreSQLAddress(host: "127.0.0.1", port: cluster.port, isEncrypted: true)
    func ask(_ method: String, as user: String) async throws -> Bool {
      cluster.write(
        "local all postgres peer map=tests\nhostssl all all 127.0.0.1/32 \(method)\n", to: "pg_hba.conf")
      try cluster.psql("SELECT pg_reload_conf()")
      return try await PostgreSQLServer(address).session(as: user, password: Secret("right")) {
        $0.wasAskedForPassword
      }
    }
    try await eventually { try await ask("scram-sha-256", as: "web") }
    // One that asks nobody is none to trust, and none that is told anything.
    try await eventually { try await !ask("trust", as: "web") }
    for (method, user) in [("password", "web"), ("md5", "old")] {
      var message = ""
      try await eventually("\(method): \(message)") {
        do {
          _ = try await ask(method, as: user)
        } catch let error as PostgreSQLError {
          message = error.message
        }
        return message.contains("would tell it to whoever answers in its place")
      }
    }
  }

  @Test("a server that accepts and never answers costs its deadline, and others nothing meanwhile")
  func silent() async throws {
    let cluster = try PostgreSQLCluster()
    let port = DeafPort()
    let deaf = PostgreSQLServer(PostgreSQLAddress(host: "127.0.0.1", port: port.number))
    let began = ContinuousClock.now
    let waiting = Task {
      await withTaskGroup(of: PostgreSQLError?.self) { group in
        for _ in 0..<50 {
          group.addTask {
            do {
              try await deaf.session(as: "web", within: .seconds(2)) { _ in () }
              return nil
            } catch { return error as? PostgreSQLError }
          }
        }
        for await error in group { #expect(error?.class == .transient && error?.state == nil) }
      }
    }
    let rows = try await server(cluster).session(as: "postgres") { try $0.rows("SELECT 1") }
    #expect(rows == [["1"]])
    let other = began.duration(to: .now)
    await waiting.value
    let all = began.duration(to: .now)
    #expect(other < .seconds(2) && all >= .seconds(2))
    Figure.tell("PostgreSQL: 50 logins at a server that never answers, all within", "\(all)")
  }

  @Test("a statement that does not end is given up by the deadline, there too, and is in doubt")
  func slow() async throws {
    let cluster = try PostgreSQLCluster()
    let error = await #expect(throws: PostgreSQLError.self) {
      try await server(cluster).session(as: "postgres", within: .seconds(1)) {
        _ = try $0.rows("SELECT pg_sleep(60)")
      }
    }
    #expect(error?.class == .transient)
    try await eventually {
      try cluster.psql(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND state = 'active' AND application_name = 'stewardd'"
      ) == "0"
    }
  }

  @Test("a server that is down, or dies meanwhile, is a passing trouble")
  func down() async throws {
    let cluster = try PostgreSQLCluster()
    let error = await #expect(throws: PostgreSQLError.self) {
      try await server(cluster).session(as: "postgres") {
        _ = try $0.rows("SELECT 1")
        try cluster.stop("immediate")
        _ = try $0.rows("SELECT 2")
      }
    }
    #expect(error?.class == .transient && error?.isInDoubt == true)
    let gone = await #expect(throws: PostgreSQLError.self) {
      try await server(cluster).session(as: "postgres") { _ in () }
    }
    #expect(
      gone?.class == .transient && gone?.message.contains("No such file") == true, "\(gone?.message ?? "")")
    try cluster.start()
  }
}
