import Fixtures
import Host
import Reconciliation
import Testing

@Suite("A password in a real cache", .serialized, .enabled(if: RedisServer.isAvailable))
struct RedisRotationTests {
  private func write(_ role: String, _ server: RedisServer, _ scratch: Scratch) throws {
    try scratch.environment(
      "staging",
      """
      data: synthetic
      cache:
        main: {kind: redis, topology: single, servers: [\(server.socket)], memory: 64 MB, login: {user: steward, password: REDIS}}
      instances:
        web: {run: [SCRATCH/bin/web], secrets: [CACHE], ready after: 100ms, stop within: 2s}
      secrets:
        REDIS: {kind: token, every: 90d, overlap: 2s, in: cache/main\(role)}
        CACHE: {kind: database-password, overlap: 2s, in: cache/main, role: web, file: SCRATCH/CACHE.env}
      """)
  }

  private func value(_ name: String, _ scratch: Scratch) async throws -> String? {
    let answer = try await scratch.steward("secret", "get", "staging/secrets/\(name)")
    return answer.isSuccess ? answer.output.text.filter { !$0.isNewline } : nil
  }

  private func takes(_ server: RedisServer, _ user: String, _ password: String?) -> Bool {
    RedisSession(server.socket)?.login(user, password ?? "") ?? false
  }

  @Test(
    "the daemon makes, sets, delivers and rotates it, and its own login like it; nothing tells the values")
  func rotated() async throws {
    let server = RedisServer()
    let scratch = try Scratch()
    try write("", server, scratch)
    try await scratch.start()

    // What the README has an operator do once.
    try await eventually("the administrator's password is made") { try await value("REDIS", scratch) != nil }
    let admin = try #require(try await value("REDIS", scratch))
    let person = try #require(RedisSession(server.socket))
    #expect(person.ask("ACL", "SETUSER", "web", "on", "~*", "+@all", "-@admin") == "+OK")
    #expect(person.ask("ACL", "SETUSER", "steward", "on", ">" + admin, "+@all") == "+OK")
    #expect(person.ask("ACL", "SETUSER", "default", "off") == "+OK")
    try write(", role: steward", server, scratch)
    for name in ["cache/main", "secrets/REDIS", "secrets/CACHE"] {
      #expect(try await scratch.steward("reconcile", "staging/\(name)").isSuccess)
    }
    try await eventually("an instance runs with the user's name") {
      scratch.instances("staging/instances/web").contains { scratch.variable("CACHE_USER", of: $0) == "web" }
    }
    try await eventually("the password is delivered") { scratch.variables(in: "CACHE.env")["CACHE"] != nil }
    let old = try #require(scratch.variables(in: "CACHE.env")["CACHE"])
    #expect(takes(server, "web", old))

    for name in ["REDIS", "CACHE"] {
      #expect(try await scratch.steward("rotate", "staging/secrets/\(name)").isSuccess)
    }
    try await eventually("the passwords before are taken no more") {
      !takes(server, "web", old) && !takes(server, "steward", admin)
    }
    try await eventually("the file has the new one alone") {
      let now = scratch.variables(in: "CACHE.env")
      return now["CACHE"] != old && now["CACHE_PREVIOUS"] == nil
    }
    let new = try #require(scratch.variables(in: "CACHE.env")["CACHE"])
    let own = try #require(try await value("REDIS", scratch))
    #expect(takes(server, "web", new) && takes(server, "steward", own))
    try await eventually("the plan is empty") { try await scratch.steward("plan").end == .exited(0) }

    var said = [scratch.said, server.log, server.folder.text("users.acl") ?? ""]
    for arguments in [
      ["status", "--json"], ["events", "--json"], ["why", "staging/secrets/CACHE", "--json"],
    ] {
      let answer = try await scratch.steward(arguments)
      #expect(answer.isSuccess)
      said.append(answer.output.text + answer.error.text)
    }
    #expect(said.contains { $0.contains("secrets.retire.done") })
    for value in [old, new, admin, own] { #expect(!said.contains { $0.contains(value) }) }
  }
}
