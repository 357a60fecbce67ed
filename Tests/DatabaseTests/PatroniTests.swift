import Calendar
import Fixtures
import PostgreSQL
import Reconciliation
import Testing

@testable import Database

@Suite("A cluster that Patroni runs", .serialized, .enabled(if: PatroniPair.isInstalled))
struct PatroniTests {
  @Test(
    "its members are seen through any of them, settings go to its leader, and what leads after it is kept the same"
  )
  func seen() async throws {
    let pair = PatroniPair()
    let controller = DatabaseController { _, _ in [] }
    let (resource, mistakes) = read(
      [("availability", "high"), ("failover", "automatic")], settings: [("work_mem", "8MB")],
      patroni: pair.interfaces)
    #expect(mistakes.isEmpty, "\(mistakes)")
    var seen = DatabaseObserved()
    // Each look is a process: not as often as it could be.
    try await eventually(within: .failover) {
      try await Task.sleep(for: .milliseconds(300))
      guard let value = await controller.observe(resource).value else { return false }
      seen = value
      return seen.standbys.first?.state == "streaming" && plan(resource, seen).findings.isEmpty
    }
    #expect(Set(seen.members?.map(\.name) ?? []) == ["db1", "db2"])
    #expect(seen.members?.map(\.role).sorted() == ["leader", "replica"] && seen.isPaused == false)
    try await failover(pair, controller)
    let first = plan(resource, seen)
    _ = try await controller.apply(try #require(first.actions.first), to: resource)
    seen = try #require(await controller.observe(resource).value)
    #expect(plan(resource, seen).actions.isEmpty && plan(resource, seen).state == .ready)

    let led = try #require(seen.members?.firstIndex { $0.role == "leader" })
    let name = seen.members?[led].name ?? ""
    pair.kill(name == "db1" ? 0 : 1)
    try await eventually(within: .failover) {
      try await Task.sleep(for: .milliseconds(300))
      guard let value = await controller.observe(resource).value else { return false }
      seen = value
      // It leads from when it holds the lock, and takes writes a moment later.
      return !seen.isStandby
        && seen.members?.contains { $0.role == "leader" && $0.name != name && $0.state == "running" } == true
    }
    // A setting of a server's own is not copied; the look at the next leader misses it.
    #expect(plan(resource, seen).actions.map(\.setting) == ["work_mem"])
    #expect(plan(resource, seen).findings.contains { $0.code == "no-standby" })
  }

  /// That somebody stops it from failing over, or that it does so unasked, is seen.
  private func failover(_ pair: PatroniPair, _ controller: DatabaseController) async throws {
    let keys = ["automatic", "manual"]
    let resources = keys.map {
      read([("availability", "high"), ("failover", $0)], patroni: pair.interfaces).0
    }
    func said(_ codes: [[String]]) async throws {
      try await eventually(within: .failover) {
        try await Task.sleep(for: .milliseconds(300))
        var found: [[String]] = []
        for resource in resources {
          guard let seen = await controller.observe(resource).value else { return false }
          found.append(plan(resource, seen).findings.map(\.code))
        }
        return found == codes
      }
    }
    try await said([[], ["fails-over"]])
    try pair.configure(#"{"pause": true}"#)
    try await said([["paused"], []])
    try pair.configure(#"{"pause": null}"#)
    try await said([[], ["fails-over"]])
    // Each server is told by its own file that it never leads.
    for index in 0..<2 { try pair.tag(index, "nofailover: true") }
    try await said([["no-candidate"], ["fails-over"]])
    for index in 0..<2 { try pair.tag(index, nil) }
    try await said([[], ["fails-over"]])
  }

  @Test("a cluster none of whose members answers, or that is no cluster, is unknown")
  func unknown() async throws {
    let controller = DatabaseController { _, _ in [] }
    let port = freePort()
    let (resource, _) = read([("availability", "high")], patroni: ["http://127.0.0.1:\(port)"])
    guard case .unknown(let reason, _) = await controller.observe(resource) else {
      Issue.record("it is known")
      return
    }
    #expect(reason.contains("no member of the cluster answers"), "\(reason)")
    let (_, mistakes) = read([("availability", "high"), ("host", "db")], patroni: ["10.0.0.1:8008"])
    #expect(mistakes.count == 1, "\(mistakes)")
  }
}
