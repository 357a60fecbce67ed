import Fixtures
import Glibc
import Reconciliation
import SecretStore
import Testing

@testable import Database

@Suite("Who gets into a real server", .serialized, .enabled(if: PostgreSQLCluster.isInstalled))
struct AccessTests {
  private let controller = DatabaseController { _, _ in [] }

  private func resource(
    _ cluster: PostgreSQLCluster, _ keys: [(String, String)] = [], access: [(String, String)] = []
  ) -> Resource<DatabaseSpec> {
    let (resource, mistakes) = read(
      [("socket", cluster.socket), ("availability", "single")] + keys, access: access)
    precondition(mistakes.isEmpty, "\(mistakes)")
    return resource
  }

  private func findings(_ resource: Resource<DatabaseSpec>) async throws -> [String: String] {
    let seen = try #require(await controller.observe(resource).value)
    return plan(resource, seen).findings.reduce(into: [:]) { $0[$1.code] = $1.message }
  }

  @Test("whoever owns the database does not decide which functions an administrator's look calls")
  func searchPath() async throws {
    let cluster = try PostgreSQLCluster()
    try cluster.psql("CREATE ROLE web LOGIN")
    try cluster.psql("CREATE DATABASE shop OWNER web")
    for statement in [
      "CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC",
      """
      CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
        IF pg_catalog.current_setting('is_superuser') = 'on' THEN EXECUTE 'CREATE ROLE mine SUPERUSER LOGIN'; END IF;
        RETURN pg_catalog.current_setting($1);
      END $$
      """,
      "ALTER DATABASE shop SET search_path = evil, pg_catalog",
    ] { try cluster.psql("SET ROLE web; \(statement)", in: "shop") }
    let seen = await controller.observe(resource(cluster, [("name", "shop")])).value
    #expect(seen != nil)
    #expect(try cluster.psql("SELECT count(*) FROM pg_roles WHERE rolname = 'mine'") == "0")
    // As it is elsewhere, the trap works.
    try cluster.psql("SELECT current_setting('port')", in: "shop")
    #expect(try cluster.psql("SELECT count(*) FROM pg_roles WHERE rolname = 'mine'") == "1")
  }

  @Test("a role that may do more than is written is said with what, until that is taken from it")
  func roles() async throws {
    let cluster = try PostgreSQLCluster()
    let resource = resource(
      cluster, access: [("qa", "full"), ("developers", "read-only"), ("on-call", "with approval")])
    #expect(
      try await findings(resource).keys.sorted() == ["no-role-developers", "no-role-on-call", "no-role-qa"])
    for statement in [
      #"CREATE ROLE qa SUPERUSER; CREATE ROLE developers; CREATE ROLE "on-call""#,
      #"GRANT pg_read_all_data TO developers, "on-call"; CREATE TABLE orders (id int, note text)"#,
      #"CREATE ROLE dora LOGIN SUPERUSER IN ROLE qa; CREATE ROLE anna LOGIN IN ROLE developers"#,
      #"CREATE ROLE bert LOGIN IN ROLE "on-call" VALID UNTIL '2030-01-01'"#,
    ] { try cluster.psql(statement) }
    #expect(try await findings(resource) == [:])

    // Each is one way to more than reading.
    for (give, take, words) in [
      (
        "GRANT UPDATE (note) ON orders TO developers", "REVOKE ALL ON orders FROM developers", "public.orders"
      ),
      ("GRANT TRUNCATE ON orders TO developers", "REVOKE ALL ON orders FROM developers", "1 tables"),
      ("GRANT INSERT ON orders TO PUBLIC", "REVOKE ALL ON orders FROM PUBLIC", "public.orders"),
      (
        "GRANT CREATE ON SCHEMA public TO developers", "REVOKE CREATE ON SCHEMA public FROM developers",
        "schema"
      ),
      (
        "GRANT CREATE ON DATABASE template1 TO developers",
        "REVOKE CREATE ON DATABASE template1 FROM developers",
        "template1"
      ),
      (
        "GRANT pg_write_all_data TO developers", "REVOKE pg_write_all_data FROM developers",
        "pg_write_all_data"
      ),
      ("ALTER ROLE developers CREATEROLE", "ALTER ROLE developers NOCREATEROLE", "create roles"),
      ("ALTER ROLE developers SUPERUSER", "ALTER ROLE developers NOSUPERUSER", "superuser"),
    ] {
      try cluster.psql(give)
      let said = try await findings(resource)
      #expect(said["may-write-developers"]?.contains(words) == true, "\(give): \(said)")
      try cluster.psql(take)
      #expect(try await findings(resource) == [:], "\(take)")
    }
    try cluster.psql(#"CREATE DATABASE web OWNER developers"#)
    #expect(try await findings(resource)["may-write-developers"]?.contains("database web") == true)
    try cluster.psql("DROP DATABASE web")

    try cluster.psql(#"ALTER ROLE bert VALID UNTIL 'infinity'; CREATE ROLE "carl ""c""" LOGIN SUPERUSER"#)
    let said = try await findings(resource)
    #expect(said.keys.sorted() == ["lasting-on-call", #"superuser-carl "c""#])
    #expect(said["lasting-on-call"]?.contains("bert") == true)
  }

  @Test("a door that stands open is said with its line, and one that is shut is not")
  func doors() async throws {
    let cluster = try PostgreSQLCluster()
    try cluster.psql("CREATE ROLE qa")
    let resource = resource(cluster, access: [("qa", "full")])
    #expect(try await findings(resource) == [:])
    cluster.append(
      """
      local web all trust
      host all all 10.0.0.0/8 trust
      host all all 0.0.0.0/0 scram-sha-256
      host all all all reject
      hostssl all all 0.0.0.0/0 scram-sha-256
      hostnossl all all all md5

      """, to: "pg_hba.conf")
    var seen = try #require(await controller.observe(resource).value)
    let said = plan(resource, seen).findings
    #expect(said.map(\.code) == ["trust-4", "trust-5", "anywhere-6", "anywhere-9"], "\(said)")
    #expect(said.map(\.severity) == [.warning, .critical, .warning, .warning])

    // A role that may not read the file: unknown, which is neither shut nor an error.
    try cluster.psql("CREATE ROLE watch LOGIN PASSWORD 'w'; GRANT pg_read_all_settings TO watch")
    let (other, mistakes) = read(
      [("socket", cluster.socket), ("availability", "single"), ("admin", "watch"), ("admin password", "W")],
      access: [("qa", "full")])
    #expect(mistakes.isEmpty)
    let watching = DatabaseController { _, _ in [Secret("w")] }
    seen = try #require(await watching.observe(other).value)
    #expect(seen.access?.rules == nil)
    #expect(plan(other, seen).findings.isEmpty)
    #expect(plan(other, seen).reasons.contains { $0.text.contains("may not read pg_hba_file_rules") })
  }

  @Test("what its disk has left is counted as it is")
  func room() async throws {
    let cluster = try PostgreSQLCluster()
    let resource = resource(cluster, [("size at least", "1 MB")])
    let seen = try #require(await controller.observe(resource).value)
    var disk = statvfs()
    #expect(statvfs(cluster.data, &disk) == 0)
    let free = try #require(seen.freeBytes)
    // Others write to it meanwhile.
    #expect(abs(free - Int64(disk.f_bavail * disk.f_frsize)) < 10 << 30)
    #expect(plan(resource, seen).findings.isEmpty)
    let large = self.resource(cluster, [("size at least", "900 TB")])
    #expect(try await findings(large).keys.sorted() == ["no-room"])
  }
}
