import Calendar
import Fixtures
import FoundationEssentials
import Glibc
import Host
import SecretStore
import Synchronization
import Testing

/// Against a real server of OpenBao.
@Suite("A store in a vault", .serialized, .enabled(if: OpenBao.isAvailable))
struct VaultStoreTests {
  private let key = SecretID(environment: "staging", name: "API_KEY")
  private let now = Instant(seconds: 1_800_000_000)
  private let bao: OpenBao

  init() throws {
    bao = try OpenBao()
    try bao.admit("staging")
  }

  private func settings(_ login: VaultSettings.Login? = nil) -> VaultSettings {
    VaultSettings(
      address: bao.address, trust: bao.trust,
      login: login
        ?? .appRole(
          roleIDFile: bao.folder.path("{environment}.role-id"),
          secretIDFile: bao.folder.path("{environment}.secret-id")))
  }

  private func store(
    _ settings: VaultSettings? = nil, by commands: any CommandRunner = SubprocessRunner()
  ) -> DocumentStore {
    DocumentStore(in: settings ?? self.settings(), commands: commands)
  }

  @Test(
    "what is true of every store is true of it; long values too, and none is left in what the engine kept before"
  )
  func conforming() async throws {
    let store = store()
    try await conforms(store, key, at: now)
    #expect(try await !store.hasLeftovers(of: key))
    // Longer than curl reads in one line.
    let long = SecretID(environment: "staging", name: "CHAIN")
    let value = Secret((0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    for version in 1...3 {
      _ = try await store.add(value, to: long, at: now)
      try await store.mark(long, version: version, as: .current, overlapUntil: now)
    }
    #expect(try await store.value(of: long, version: 3) == value)
    #expect(try read(long, version: 6).contains("document"))
    for version in 1..<6 { #expect(try !read(long, version: version).contains("document")) }
  }

  /// What the engine's own command shows of one of its versions.
  private func read(_ secret: SecretID, version: Int) throws -> String {
    try bao.bao("kv", "get", "-mount=secret", "-version=\(version)", path(secret))
  }

  private func path(_ secret: SecretID) -> String { "steward/\(secret.environment)/\(secret.name)" }

  private var logins: Int {
    bao.asked.split(separator: "\n").count {
      $0.contains(#""type":"response""#) && $0.contains(#""path":"auth/approle/login""#)
    }
  }

  @Test(
    "a change that was cut off before the copy of the former document was destroyed is found by the next look"
  )
  func cutOff() async throws {
    let store = store()
    _ = try await store.add(Secret("one"), to: key, at: now)
    try await store.mark(key, version: 1, as: .current)
    // As if it were killed there.
    let cut = self.store(by: Cutting { $0.contains("/destroy/") })
    _ = try? await cut.add(Secret("two"), to: key, at: now)
    #expect(try await store.versions(of: key).map(\.number) == [1, 2])
    #expect(try await store.hasLeftovers(of: key))
    #expect(try read(key, version: 2).contains("document"))
    try await store.removeLeftovers(of: key)
    #expect(try await !store.hasLeftovers(of: key))
    #expect(try !read(key, version: 2).contains("document"))
    #expect(try await store.value(of: key, version: 2) == Secret("two"))
    // Nothing is asked of a path that is not there.
    let none = SecretID(environment: "staging", name: "NONE")
    #expect(try await !store.hasLeftovers(of: none))
    try await store.removeLeftovers(of: none)
  }

  @Test("of two that change at once, one is told so; nothing is lost")
  func conflicts() async throws {
    try await takesOneChange(store(), key, at: now)
    // All of them share one login.
    #expect(logins == 1)
  }

  @Test("one environment's login reads nothing of another's; whose it is, and what it may not, is said")
  func apart() async throws {
    try bao.admit("production")
    let production = SecretID(environment: "production", name: "API_KEY")
    _ = try await store().add(Secret("of production"), to: production, at: now)
    var settings = settings()
    settings.login = .appRole(
      roleIDFile: bao.folder.path("staging.role-id"), secretIDFile: bao.folder.path("staging.secret-id"))
    let strange = store(settings)
    let error = try await expect(.denied) { _ = try await strange.value(of: production, version: 1) }
    let text = "\(try #require(error))"
    #expect(
      text.contains("staging.role-id may not GET secret/data/steward/production/API_KEY (")
        && text.contains("permission denied"), "\(text)")
    try await expect(.denied) { _ = try await strange.add(Secret("x"), to: production, at: now) }
    // It is a policy that forbids: no login was made in vain.
    let before = logins
    try await expect(.denied) { _ = try await strange.versions(of: production) }
    #expect(logins == before)
    for name in ["../staging", "a/b", ".hidden", "", "a\nb"] {
      try await expect(.refused) {
        _ = try await store().versions(of: SecretID(environment: name, name: "API_KEY"))
      }
    }
    // A document that somebody copied there is another secret's.
    let document = try bao.bao("kv", "get", "-mount=secret", "-field=document", path(production))
    try bao.bao("kv", "put", "-mount=secret", path(key), "document=\(document)")
    try await expect(.damaged) { _ = try await store().value(of: key, version: 1) }
  }

  @Test(
    "in a namespace of its own it is kept like any other; another's login gets nowhere, and one that is gone is not empty"
  )
  func namespaces() async throws {
    for name in ["staging", "production"] {
      try bao.makeNamespace(name)
      try bao.admit(name, in: name)
    }
    var settings = settings()
    settings.namespace = VaultSettings.placeholder
    let own = store(settings)
    try await conforms(own, key, at: now)
    let production = SecretID(environment: "production", name: "API_KEY")
    _ = try await own.add(Secret("of production"), to: production, at: now)
    #expect(try await own.value(of: production, version: 1) == Secret("of production"))
    // It lies there, and nowhere else.
    func kept(in namespace: String?) throws -> String {
      try bao.bao("kv", "get", "-mount=secret", path(production), in: namespace)
    }
    #expect(try kept(in: "production").contains("document"))
    for other in ["staging", nil] { #expect(throws: Tool.Refused.self) { try kept(in: other) } }

    settings.login = .appRole(
      roleIDFile: bao.folder.path("staging.role-id"), secretIDFile: bao.folder.path("staging.secret-id"))
    let strange = store(settings)
    let refused = try await expect(.denied) { _ = try await strange.versions(of: production) }
    #expect("\(try #require(refused))".contains("refuses the login"), "\(refused as Any)")
    settings.login = .token(file: bao.folder.path("{environment}.token"))
    let byToken = store(settings)
    try bao.issueToken("staging", to: "production.token", in: "staging")
    let forbidden = try await expect(.denied) { _ = try await byToken.versions(of: production) }
    #expect(
      "\(try #require(forbidden))".contains("may not GET secret/data/steward/production"),
      "\(forbidden as Any)")
    try bao.issueToken("production", to: "production.token", in: "production")
    #expect(try await byToken.versions(of: production).map(\.number) == [1])

    // A token that may read everything everywhere: where there is no such namespace is not where nothing was ever written.
    bao.folder.write(
      try bao.bao("token", "create", "-policy=root", "-ttl=1h", "-field=token"), to: "none.token", mode: 0o600
    )
    let none = SecretID(environment: "none", name: "API_KEY")
    let gone = await #expect(throws: SecretStoreError.self) { _ = try await byToken.versions(of: none) }
    #expect("\(try #require(gone))".contains("none"), "\(gone as Any)")
  }

  @Test("ids that are the same in several namespaces log in once in each")
  func sharedIDs() async throws {
    for name in ["staging", "production"] {
      try bao.makeNamespace(name)
      try bao.admit(name, in: name)
      let role = "auth/approle/role/\(name)"
      try bao.bao("write", "\(role)/role-id", "role_id=steward", in: name)
      try bao.bao("write", "\(role)/custom-secret-id", "secret_id=the-same-everywhere", in: name)
    }
    bao.folder.write("steward", to: "role-id", mode: 0o600)
    bao.folder.write("the-same-everywhere", to: "secret-id", mode: 0o600)
    var settings = settings(
      .appRole(roleIDFile: bao.folder.path("role-id"), secretIDFile: bao.folder.path("secret-id")))
    settings.namespace = VaultSettings.placeholder
    let store = store(settings)
    let production = SecretID(environment: "production", name: "API_KEY")
    for _ in 0..<3 {
      async let others = store.versions(of: production)
      #expect(try await store.versions(of: key).isEmpty)
      #expect(try await others.isEmpty)
    }
    #expect(logins == 2)
  }

  @Test("a token is used until its lease is nearly over or the server forgets it; then steward logs in again")
  func leases() async throws {
    let clock = VirtualClock(at: now)
    let store = DocumentStore(in: settings(), clock: clock)
    for _ in 0..<5 { #expect(try await store.versions(of: key).isEmpty) }
    #expect(logins == 1)
    clock.advance(by: .seconds(3_000))
    _ = try await store.versions(of: key)
    #expect(logins == 1)
    clock.advance(by: .seconds(300))
    _ = try await store.versions(of: key)
    #expect(logins == 2)
    try bao.bao("lease", "revoke", "-sync", "-prefix", "auth/approle")
    _ = try await store.add(Secret("one"), to: key, at: now)
    #expect(logins == 3)
    // A secret id that is taken back.
    try bao.bao("lease", "revoke", "-sync", "-prefix", "auth/approle")
    bao.folder.write("65edc463-7cf0-ccee-cb60-6254f926a833\n", to: "staging.secret-id", mode: 0o600)
    let error = try await expect(.denied) { _ = try await store.versions(of: key) }
    #expect("\(try #require(error))".contains("staging.secret-id"))
    #expect(!"\(try #require(error))".contains("65edc463"))
    try bao.renewSecretID(of: "staging")
    #expect(try await store.versions(of: key).map(\.number) == [1])
  }

  @Test(
    "a token of somebody else's is read from its file each time; one that is exposed, missing or over is refused"
  )
  func tokens() async throws {
    let file = bao.folder.path("staging.token")
    let store = store(settings(.token(file: bao.folder.path("{environment}.token"))))
    let missing = try await expect(.denied) { _ = try await store.versions(of: key) }
    #expect("\(try #require(missing))".contains("\(file) is not there"))
    try bao.issueToken("staging", to: "staging.token")
    _ = try await store.add(Secret("one"), to: key, at: now)
    chmod(file, 0o640)
    let exposed = try await expect(.denied) { _ = try await store.versions(of: key) }
    #expect("\(try #require(exposed))".contains("make it 0600"))
    chmod(file, 0o600)
    try bao.bao("token", "revoke", (bao.folder.text("staging.token") ?? "").filter { $0 != "\n" })
    let over = try await expect(.denied) { _ = try await store.versions(of: key) }
    #expect("\(try #require(over))".contains("\(file) is not valid any more"))
    try bao.issueToken("staging", to: "staging.token")
    #expect(try await store.versions(of: key).map(\.number) == [1])
    for text in ["", "two words", "tok\u{e9}n"] {
      bao.folder.write(text, to: "staging.token", mode: 0o600)
      try await expect(.denied) { _ = try await store.versions(of: key) }
    }
  }

  @Test(
    "what lies there and is not steward's, was deleted or destroyed, is unknown and says how to mend it; only nothing is absent"
  )
  func foreign() async throws {
    let store = store()
    func damaged(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
      let error = try await expect(.damaged, sourceLocation: sourceLocation) {
        _ = try await store.versions(of: key)
      }
      #expect("\(try #require(error))".contains(words), "\(error as Any)", sourceLocation: sourceLocation)
      try await expect(.damaged, sourceLocation: sourceLocation) {
        _ = try await store.add(Secret("x"), to: key, at: now)
      }
      try await expect(.damaged, sourceLocation: sourceLocation) { try await store.removeLeftovers(of: key) }
    }
    _ = try await store.add(Secret("one"), to: key, at: now)
    try await store.mark(key, version: 1, as: .current)
    try bao.bao("kv", "delete", "-mount=secret", path(key))
    try await damaged("kv undelete -versions=2")
    try bao.bao("kv", "undelete", "-mount=secret", "-versions=2", path(key))
    #expect(try await store.value(of: key, version: 1) == Secret("one"))
    // A person writes over it: what was there before is left for them to bring back.
    try bao.bao("kv", "put", "-mount=secret", path(key), "password=hunter2")
    try await damaged("is not steward's")
    try bao.bao("kv", "rollback", "-mount=secret", "-version=2", path(key))
    #expect(try await store.value(of: key, version: 1) == Secret("one"))
    try bao.bao("kv", "put", "-mount=secret", path(key), "document={}")
    try await damaged("no document that steward wrote")
    try bao.bao("kv", "destroy", "-mount=secret", "-versions=5", path(key))
    try await damaged("kv metadata delete")
    try bao.bao("kv", "metadata", "delete", "-mount=secret", path(key))
    #expect(try await store.versions(of: key).isEmpty)

    // An engine that deletes by itself.
    try bao.bao("kv", "metadata", "put", "-mount=secret", "-delete-version-after=3h", path(key))
    _ = try await store.add(Secret("one"), to: key, at: now)
    try await damaged("delete_version_after")
    try bao.bao("kv", "metadata", "put", "-mount=secret", "-delete-version-after=0", path(key))
    try bao.bao("kv", "undelete", "-mount=secret", "-versions=1", path(key))
    #expect(try await store.versions(of: key).map(\.number) == [1])
  }

  @Test("an engine of version 1, or none, is never written to")
  func otherEngines() async throws {
    try bao.bao("secrets", "enable", "-path=old", "-version=1", "kv")
    bao.folder.write(
      "path \"old/*\" { capabilities = [\"create\", \"read\", \"update\"] }\n"
        + "path \"none/*\" { capabilities = [\"create\", \"read\", \"update\"] }\n", to: "policy")
    try bao.bao("policy", "write", "steward-staging", bao.folder.path("policy"))
    var settings = settings()
    settings.mount = "old"
    let error = try await expect(.denied) { [settings] in
      _ = try await store(settings).add(Secret("x"), to: key, at: now)
    }
    #expect("\(try #require(error))".contains("old is no KV engine of version 2"))
    #expect(throws: Tool.Refused.self) { try bao.bao("read", "old/data/\(path(key))") }
    settings.mount = "none"
    try await expect(.denied) { [settings] in _ = try await store(settings).versions(of: key) }
  }

  @Test("down, sealed, mute, redirected or not to be trusted, a server makes a secret unknown, never absent")
  func unreachable() async throws {
    let store = store()
    _ = try await store.add(Secret("one"), to: key, at: now)
    try bao.seal()
    let sealed = try await expect(.unavailable) { _ = try await store.versions(of: key) }
    #expect("\(try #require(sealed))".contains("somebody must unseal it"))
    try bao.unseal()
    #expect(try await store.versions(of: key).map(\.number) == [1])
    bao.stop()
    try await expect(.unavailable) { _ = try await store.versions(of: key) }
    try bao.start()
    #expect(try await store.versions(of: key).map(\.number) == [1])
    let deaf = DeafPort()
    var settings = settings()
    settings.address = "https://127.0.0.1:\(deaf.number)"
    try await expect(.unavailable) { [settings] in _ = try await self.store(settings).versions(of: key) }
    settings.address = bao.address
    settings.trust = nil
    let distrusted = try await expect(.denied) { [settings] in
      _ = try await self.store(settings).versions(of: key)
    }
    #expect("\(try #require(distrusted))".contains("certificate"))
    settings.trust = bao.folder.path("no-such.pem")
    try await expect(.denied) { [settings] in _ = try await self.store(settings).versions(of: key) }
  }

  @Test("neither a value nor a token stands in an argument, a variable, an error or what the server logs")
  func secret() async throws {
    let canary = "canary-7f3a9c-long-enough"
    let spy = Spying()
    let store = store(by: spy)
    _ = try await store.add(Secret(canary), to: key, at: now)
    try await store.mark(key, version: 1, as: .current)
    #expect(try await store.value(of: key, version: 1) == Secret(canary))
    let seen = spy.seen
    #expect(seen.count > 5)
    #expect(Set(seen.map(\.arguments)) == [["/usr/bin/curl", "--disable", "--config", "-"]])
    #expect(Set(seen.map(\.environment)) == [["PATH": Command.defaultPath]])
    let encoded = Data(canary.utf8).base64EncodedString()
    // What is searched for is what went in.
    #expect(seen.contains { String(decoding: $0.input, as: UTF8.self).contains(encoded) })
    #expect(!bao.asked.contains(canary) && !bao.asked.contains(encoded) && !bao.log.contains(encoded))
    // A server that repeats what it is told.
    let echo = self.store(by: Echoing())
    let error = try await expect(.unavailable) { _ = try await echo.add(Secret(canary), to: key, at: now) }
    let text = "\(try #require(error))"
    #expect(!text.contains(canary) && !text.contains(encoded) && text.contains("•••"), "\(text)")
  }
}

/// Fails instead of making certain requests, as if the process had been killed before them.
private struct Cutting: CommandRunner {
  let isCut: @Sendable (String) -> Bool

  func run(_ command: Command) async throws -> CommandResult {
    guard !isCut(String(decoding: command.input, as: UTF8.self)) else { throw CancellationError() }
    return try await SubprocessRunner().run(command)
  }
}

/// Remembers what was run.
private final class Spying: CommandRunner {
  private let commands = Mutex<[Command]>([])
  var seen: [Command] { commands.withLock { $0 } }

  func run(_ command: Command) async throws -> CommandResult {
    commands.withLock { $0.append(command) }
    return try await SubprocessRunner().run(command)
  }
}

/// Answers a write with an error that holds all of it; the rest is the server's.
private struct Echoing: CommandRunner {
  func run(_ command: Command) async throws -> CommandResult {
    let said = String(decoding: command.input, as: UTF8.self)
    guard said.contains("cas"), let start = said.firstRange(of: "json = ")?.upperBound else {
      return try await SubprocessRunner().run(command)
    }
    let body = said[start...].filter { !"\\\"\n".contains($0) }
    return CommandResult(
      end: .exited(0), output: CapturedOutput("{\"errors\": [\"cannot read \(body)\"]}\n500 "))
  }
}
