import Fixtures
import Glibc
import Host
import Reconciliation
import Testing

private let staging = """
  data: synthetic
  guard: {disruptive: 1 release-engineer}
  access: {approve: [release-engineer]}
  instances:
    web:
      run: [SCRATCH/bin/web]
      open: always
      count: 1
      variables: {LOG_LEVEL: info}
      ready after: 100ms
      stop within: 2s
  secrets:
    API_KEY: {kind: api-key, every: 90d, overlap: 1h, file: SCRATCH/API_KEY.env}
  """

@Suite("Why, and why not", .serialized)
struct WhyTests {
  @Test("a restart that waits names the guard's line, the approval's command and the edit that led there")
  func waits() async throws {
    let scratch = try Scratch()
    try scratch.write(
      "config/steward.yaml", "socket: \(scratch.socket)\nroles:\n  release-engineer: {users: [nobody]}\n")
    try scratch.environment("staging", staging)
    try await scratch.start()
    try await eventually("it runs") { scratch.instances("staging/instances/web").count == 1 }
    try scratch.environment("staging", staging.replacing("info", with: "debug"))
    try await eventually("the restart waits for a person") {
      try await scratch.steward("why", "staging/instances/web").output.text.contains("need an approval")
    }
    let why = try await scratch.steward("why", "staging/instances/web").output.text
    let rows = why.split(separator: "\n")
    let rule = try #require(rows.first { $0.contains("rule") && $0.contains("count: 1") })
    #expect(rule.hasSuffix("staging.yaml:10"))
    #expect(rows.contains { $0.contains("waits") && $0.hasSuffix("staging.yaml:4") })
    let approve = try #require(
      rows.first { $0.contains("steward approve staging/instances/web ") }?.split(separator: " "))
    #expect(rows.contains { $0.contains("because of") && $0.contains("files adopted") })

    let not = try await scratch.steward("why", "not", "restart", "staging/instances/web").output.text
    #expect(not.contains("one condition, and begins at once: restart web#1"))
    #expect(not.contains("steward approve staging/instances/web "))

    // What is named is what helps.
    _ = try await scratch.steward("approve", "staging/instances/web", String(try #require(approve.last)))
    try await eventually("it runs anew") {
      scratch.instances("staging/instances/web").contains { scratch.variable("LOG_LEVEL", of: $0) == "debug" }
    }
    try await eventually("it says who let it happen") {
      let why = try await scratch.steward("why", "staging/instances/web").output.text
      return why.contains("restart done") && why.contains("instances approved")
        && why.contains("files adopted")
    }
  }

  @Test("a fresh secret says when it is due and what asks for it now, and does it then")
  func notRotated() async throws {
    let scratch = try Scratch()
    try scratch.write(
      "config/steward.yaml", "socket: \(scratch.socket)\nroles:\n  release-engineer: {users: [nobody]}\n")
    try scratch.environment("staging", staging)
    try await scratch.start()
    let key = "staging/secrets/API_KEY"
    try await eventually("the first version is in force") {
      try await scratch.steward("why", key).output.text.contains("version 1 in force")
    }
    try await eventually("it rests") {
      let not = try await scratch.steward("why", "not", "rotate", key).output.text
      return not.contains("by itself") && not.contains("steward rotate \(key)")
    }
    let json = try await scratch.steward("why", "not", "rotate", key, "--json").output.text
    let body = try JSON(parsing: Array(json.utf8))
    #expect(body["verdict"].text == "needs")
    #expect(body["ways"].elements.map { $0["isByItself"] } == [JSON.bool(true), JSON.bool(false)])
    #expect(body["ways"].elements.last?["conditions"].elements.count == 1)
    #expect(try await scratch.steward("rotate", key).isSuccess)
    try await eventually("the chain goes back to who asked") {
      let why = try await scratch.steward("why", key).output.text
      return why.contains("version 2 in force") && why.contains("rotate requested")
    }
    let unknown = try await scratch.steward("why", "not", "paint", key).output.text
    #expect(unknown.contains("there are") && unknown.contains("rotate"))
  }

  @Test("an environment says what makes its state so, and that a newer version of its file is refused")
  func environment() async throws {
    let scratch = try Scratch()
    try scratch.write(
      "config/steward.yaml", "socket: \(scratch.socket)\nroles:\n  release-engineer: {users: [nobody]}\n")
    try scratch.environment("staging", staging)
    try await scratch.start()
    try await eventually("it is ready") {
      try await scratch.steward("why", "staging").output.text.hasPrefix("staging: ready")
    }
    try scratch.environment("staging", staging.replacing("count: 1", with: "cuont: 1"))
    try await eventually("the newer version is refused") {
      let why = try await scratch.steward("why", "staging").output.text
      return why.contains("refused") && why.contains("cuont") && why.contains("staging.yaml:10")
    }
    let why = try await scratch.steward("why", "staging").output.text
    #expect(why.contains("in force since"))
    #expect(why.contains("because of  staging/instances/web"))
    #expect(try await scratch.steward("why", "stagin").isSuccess == false)
  }
}
