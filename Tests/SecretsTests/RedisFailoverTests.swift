import Calendar
import Fixtures
import Glibc
import Host
import Reconciliation
import Redis
import SecretStore
import Testing

@testable import Secrets

@Suite("A failover in the middle of a rotation", .serialized, .enabled(if: RedisServer.isAvailable))
struct RedisFailoverTests {
  private static let root = RedisLogin(user: "root", password: "of-the-test")

  /// Three sentinels that watch a cache under the name `main`. They ask it every second: with a second of patience, they would
  /// take a leader that they have just come to know for lost before its first answer, and fail back.
  private func sentinels(of primary: RedisServer, in folder: ScratchFolder) throws -> [LocalServer] {
    try (0..<3).map { index in
      folder.write(
        """
        port \(freePort())
        bind 127.0.0.1
        dir \(folder.path)
        sentinel monitor main 127.0.0.1 \(primary.port) 2
        sentinel auth-user main \(Self.root.user)
        sentinel auth-pass main \(Self.root.password)
        sentinel down-after-milliseconds main 5000
        sentinel failover-timeout main 5000

        """, to: "sentinel-\(index).conf")
      let arguments = [RedisServer.program, folder.path("sentinel-\(index).conf"), "--sentinel"]
      return try #require(LocalServer(arguments, log: folder.path("log-\(index)")))
    }
  }

  @Test(
    "sentinels fail over while a new password is set at one server or both: it waits for the other and goes on with the same value",
    arguments: [2, 3])
  func failover(dyingAfter count: Int) async throws {
    let login = ["masteruser \(Self.root.user)", "masterauth \(Self.root.password)"]
    let primary = RedisServer(login[0], login[1], listens: true)
    let follower = RedisServer(login[0], login[1], "replicaof 127.0.0.1 \(primary.port)", listens: true)
    let bench = try await RedisBench(primary, follower)
    for index in 0..<2 {
      try await bench.ask(
        index, "ACL", "SETUSER", Self.root.user, "on", ">" + Self.root.password, "~*", "&*", "+@all")
      try await bench.ask(index, "ACL", "SAVE")
    }
    func replication(_ index: Int) async throws -> [String: String] {
      try await bench.ask(index, as: Self.root, "INFO", "replication").fields
    }
    try await eventually { try await replication(1)["master_link_status"] == "up" }
    let folder = ScratchFolder()
    let sentinels = try sentinels(of: primary, in: folder)
    let events = try await bench.keeper().events
    /// Whether it stands in the file of each sentinel: there they keep what they know.
    func sentinelsKnow(_ isKnown: (String) -> Bool) -> Bool {
      (0..<3).allSatisfy { isKnown(folder.text("sentinel-\($0).conf") ?? "") }
    }
    // Sentinels that do not know each other yet cannot agree.
    try await eventually(within: .failover) {
      sentinelsKnow {
        $0.contains("known-replica main") && $0.ranges(of: "known-sentinel main").count == 2
      }
    }

    bench.workshop.clock.advance(by: days(30))
    let doomed = Keeper(bench.workshop, RedisKillTests.mortal(bench, KillSwitch(after: count)), after: events)
    do { try await doomed.adopt(bench.section, of: bench.header) } catch is Killed {}
    let made = try await bench.workshop.values()[2]
    primary.stop(SIGKILL)
    let keeper = try await bench.keeper(after: doomed.events)
    try await keeper.lookAgain()
    #expect(keeper.findings == ["server-unknown"] && keeper.plan?.actions.isEmpty == true)
    try await eventually(within: .failover) { try await replication(1)["role"] == "master" }
    // Whoever follows the file gets in at the one that leads now.
    #expect(bench.takes(bench.delivered["API_KEY"], at: 1))
    // Where the old one is back before they have seen the new one lead, they may give up and keep the old one.
    try await eventually(within: .failover) {
      sentinelsKnow { $0.contains("sentinel monitor main 127.0.0.1 \(follower.port) ") }
    }
    primary.start()
    // On a busy machine they may fail over again meanwhile.
    try await eventually("one follows the other", within: .failover) {
      let both = [try await replication(0), try await replication(1)]
      return Set(both.map { $0["role"] }) == ["master", "slave"]
        && both.contains { $0["master_link_status"] == "up" }
    }
    try await keeper.lookAgain()
    try await keeper.pass(.seconds(3600))
    #expect(bench.followerLogsIn() && keeper.findings.isEmpty)
    #expect(try await bench.workshop.values()[2] == made)
    #expect(try await bench.versions.map(\.phase) == [.previous, .current])
    withExtendedLifetime(sentinels) {}
  }
}
