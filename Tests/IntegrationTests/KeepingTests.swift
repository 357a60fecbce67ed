import Fixtures
import FoundationEssentials
import Glibc
import Host
import Reconciliation
import Testing

/// What every one of these tests keeps: two instances with a variable and a secret.
private func web(count: Int = 2, logLevel: String = "info") -> String {
  """
  data: synthetic
  instances:
    web:
      run: [SCRATCH/bin/web]
      count: \(count)
      variables: {LOG_LEVEL: \(logLevel)}
      secrets: [API_KEY]
      ready after: 100ms
      stop within: 2s
  secrets:
    API_KEY: {kind: api-key, every: 90d, overlap: 1h, file: SCRATCH/API_KEY.env}
  """
}

@Suite("An environment is kept as written", .serialized)
struct KeepingTests {
  @Test(
    "instances run with their variables and secrets; a dead one is replaced; an edit restarts one at a time")
  func instances() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", web())
    try await scratch.start()
    try await eventually("two instances run") { scratch.instances("staging/instances/web").count == 2 }
    let first = scratch.instances("staging/instances/web")
    #expect(scratch.variable("LOG_LEVEL", of: first[0]) == "info")
    let key = try #require(scratch.variable("API_KEY", of: first[0]))
    #expect(key.count >= 20)
    #expect(scratch.variable("API_KEY", of: first[1]) == key)

    kill(first[0], SIGKILL)
    try await eventually("the dead one is replaced") {
      let now = scratch.instances("staging/instances/web")
      return now.count == 2 && !now.contains(first[0]) && now.contains(first[1])
    }

    try scratch.environment("staging", web(logLevel: "debug"))
    try await eventually("both run with the new variable") {
      let now = scratch.instances("staging/instances/web")
      return now.count == 2 && now.allSatisfy { scratch.variable("LOG_LEVEL", of: $0) == "debug" }
    }
    let events = try await events(scratch, "staging/instances/web")
    #expect(events.filter { $0["name"].text == "instances.restart.done" }.count == 2)

    try scratch.environment("staging", web(count: 1, logLevel: "debug"))
    try await eventually("one is left") { scratch.instances("staging/instances/web").count == 1 }
  }

  @Test("kill -9 of the daemon loses no instance and no event, and doubles none")
  func killed() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", web())
    try await scratch.start()
    try await eventually("two instances run") { scratch.instances("staging/instances/web").count == 2 }
    let before = scratch.instances("staging/instances/web")
    for _ in 0..<3 {
      try await scratch.end(SIGKILL)
      try await scratch.start()
    }
    try await eventually("the plan is empty") { try await scratch.steward("plan").end == .exited(0) }
    #expect(scratch.instances("staging/instances/web") == before)
    #expect(try await scratch.steward("events", "verify").isSuccess)
  }

  @Test(
    "a daemon killed at any moment of its first seconds ends up with just what is written", arguments: 0..<12)
  func killedEarly(_ round: Int) async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", web())
    let daemon = try scratch.spawn()
    try await Task.sleep(for: .milliseconds(15 * (round + 1)))
    kill(daemon, SIGKILL)
    _ = try await scratch.wait(daemon)
    try await scratch.start()
    try await eventually("the plan is empty") { try await scratch.steward("plan").end == .exited(0) }
    #expect(scratch.instances("staging/instances/web").count == 2)
    #expect(try await scratch.steward("events", "verify").isSuccess)
  }

  @Test("SIGTERM leaves the instances to the next daemon; SIGINT ends them")
  func ending() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", web())
    try await scratch.start()
    try await eventually("two instances run") { scratch.instances("staging/instances/web").count == 2 }
    let before = scratch.instances("staging/instances/web")
    #expect(try await scratch.end(SIGTERM) == 0)
    #expect(scratch.instances("staging/instances/web") == before)
    try await scratch.start()
    #expect(try await scratch.end(SIGINT) == 0)
    #expect(scratch.instances("staging/instances/web").isEmpty)
  }

  @Test(
    "a rotation reaches the file and every instance, the old value stays valid, and the reader is remembered")
  func rotation() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", web())
    try await scratch.start()
    try await eventually("two instances run") { scratch.instances("staging/instances/web").count == 2 }
    let old = try #require(scratch.variable("API_KEY", of: scratch.instances("staging/instances/web")[0]))
    let asked = try await scratch.steward("rotate", "staging/API_KEY", "--reason", "a test")
    #expect(asked.isSuccess, "\(asked.error.text)")
    try await eventually("both instances have the new value") {
      let now = scratch.instances("staging/instances/web")
      return now.count == 2
        && now.allSatisfy {
          scratch.variable("API_KEY", of: $0) != old && scratch.variable("API_KEY_PREVIOUS", of: $0) == old
        }
    }
    let file = String(
      decoding: try Data(contentsOf: URL(filePath: "\(scratch.folder)/API_KEY.env")), as: UTF8.self)
    let new = try await scratch.steward("secret", "get", "staging/API_KEY").output.text.split(
      separator: "\n")[0]
    #expect(file.contains("API_KEY=\(new)"))
    #expect(file.contains("API_KEY_PREVIOUS=\(old)"))
    let events = try await events(scratch, "staging/secrets/API_KEY")
    #expect(events.contains { $0["kind"].text == "revealed" })
    for value in [String(new), old] {
      let log = try Data(contentsOf: URL(filePath: "\(scratch.state)/events.sqlite"))
      let wal = try Data(contentsOf: URL(filePath: "\(scratch.state)/events.sqlite-wal"))
      #expect((log + wal).firstRange(of: Data(value.utf8)) == nil, "a secret's value is in the event log")
      #expect(!scratch.said.contains(value), "a secret's value is in the daemon's output")
    }
  }

  @Test("an override closes, says who and why, and ends by itself; a suspended one is left alone")
  func orders() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", web())
    try await scratch.start()
    try await eventually("two instances run") { scratch.instances("staging/instances/web").count == 2 }
    #expect(try await scratch.steward("close", "staging", "--until", "4s", "--reason", "a demo").isSuccess)
    try await eventually("none runs") { scratch.instances("staging/instances/web").isEmpty }
    let why = try await scratch.steward("why", "staging/instances/web").output.text
    #expect(why.contains("a demo"))
    try await eventually("they run again by themselves") {
      scratch.instances("staging/instances/web").count == 2
    }

    #expect(try await scratch.steward("suspend", "staging/instances", "--reason", "an inquest").isSuccess)
    kill(scratch.instances("staging/instances/web")[0], SIGKILL)
    try await eventually("the plan shows what would be done") {
      let plan = try await scratch.steward("plan")
      return plan.end == .exited(2) && plan.output.text.contains("an inquest")
    }
    #expect(scratch.instances("staging/instances/web").count == 1)
    #expect(try await scratch.steward("resume", "staging/instances").isSuccess)
    try await eventually("it is replaced") { scratch.instances("staging/instances/web").count == 2 }
  }

  @Test("what another environment has is refused, also by the next daemon, until that one lets go of it")
  func claims() async throws {
    let scratch = try Scratch()
    func secrets(every: String) -> String {
      "data: synthetic\nsecrets:\n  API_KEY: {kind: api-key, every: \(every), file: SCRATCH/API_KEY.env}"
    }
    func value() -> String { String(decoding: Bytes.read("\(scratch.folder)/API_KEY.env"), as: UTF8.self) }
    func isRefused() async throws -> Bool {
      try await scratch.steward("status").output.text.contains("belongs to staging/secrets/API_KEY")
    }
    try scratch.environment("staging", secrets(every: "90d"))
    try await scratch.start()
    try await eventually("a value is delivered") { !value().isEmpty }
    let first = value()
    try scratch.environment("dev", secrets(every: "30d"))
    try await eventually("the newcomer is refused") { try await isRefused() }
    _ = try await scratch.end(SIGKILL)
    try await scratch.start()
    try await eventually("it is refused again") { try await isRefused() }
    #expect(value() == first)

    try FileManager.default.removeItem(atPath: "\(scratch.folder)/config/environments/staging.yaml")
    try await eventually("it has what is free") { value() != first && !value().isEmpty }
    #expect(try await !isRefused())
  }

  private func events(_ scratch: Scratch, _ scope: String) async throws -> [JSON] {
    let result = try await scratch.steward("events", scope, "--json", "--limit", "1000")
    return try JSON(parsing: result.output.bytes)["events"].elements
  }
}
