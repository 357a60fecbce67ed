import Glibc

/// How many answers a second one kept connection gives: the status of 100 resources, as JSON with what is planned for
/// each, beside what HAProxy tells of 100 servers over its own Unix socket, and beside a server in C that does nothing
/// but send the same 4 KB.
let socketAnswers = Benchmark(
  name: "socket-answers", title: "status of 100 resources on one kept connection", unit: "answers/s",
  goals: [.value(.atLeast(10_000)), .ratio(.atLeast(4))], plausible: 1...10_000_000
) { scratch, effort in try await Answerers(in: scratch).contestants("answers", effort) }

/// How long the slowest of a hundred such answers takes.
let socketSlowest = Benchmark(
  name: "socket-p99", title: "status of 100 resources on one kept connection, 99th percentile", unit: "ms",
  goals: [.value(.atMost(0.3)), .ratio(.atMost(0.4))], plausible: 0.0001...10_000
) { scratch, effort in try await Answerers(in: scratch).contestants("p99", effort) }

/// Three that answer, and the one program in C that asks them all.
private final class Answerers: Sendable {
  private let daemon: RunningDaemon
  private let others: [pid_t]
  private let program: String
  private let scratch: Scratch

  init(in scratch: Scratch) async throws {
    self.scratch = scratch
    program = try Reference.compile("socket", in: scratch)
    try scratch.makeFolder("config/environments")
    for name in 0..<10 {
      try scratch.makeFolder("logs/\(name)")
      try scratch.write("config/environments/e\(name).yaml", Answerers.environment(name, in: scratch))
    }
    daemon = try RunningDaemon(in: scratch)
    let servers = (1...100).map { "  server s\($0) 127.0.0.1:\(20_000 + $0) disabled" }
    try scratch.write(
      "haproxy.cfg",
      """
      global
        stats socket \(scratch.path("haproxy.sock")) mode 600
      defaults
        timeout connect 1s
        timeout client 1s
        timeout server 1s
      backend steward
      \(servers.joined(separator: "\n"))

      """)
    others = [
      try Program.start(["haproxy", "-db", "-f", scratch.path("haproxy.cfg")]),
      try Program.start([program, "serve", scratch.path("c.sock")]),
    ]
    _ = try await daemon.untilAtRest()
    try daemon.check(resources: 100)
  }

  deinit { Program.end(others) }

  /// Ten resources of three kinds, at rest.
  private static func environment(_ name: Int, in scratch: Scratch) -> String {
    let secrets = (0..<4).map { "  KEY_\($0): {kind: api-key, every: 90d}" }
    let instances = (0..<4).map {
      "  web\($0): {run: [/usr/bin/sleep, infinity], folder: /, count: 0, open: Mon..Fri 07:00-20:00}"
    }
    let logs = (0..<2).map {
      "  log\($0): {path: \(scratch.path("logs/\(name)")), match: \"\($0)-*\", keep: 30d, at most: 1 GB}"
    }
    return """
      environment: e\(name)
      timezone: Europe/Berlin
      data: synthetic
      instances:
      \(instances.joined(separator: "\n"))
      secrets:
      \(secrets.joined(separator: "\n"))
      logs:
      \(logs.joined(separator: "\n"))

      """
  }

  func contestants(_ figure: String, _ effort: Effort) -> [Contestant] {
    [
      contestant("stewardd", "http", "steward.sock", effort.of(30_000, smoke: 300), figure),
      contestant(
        "haproxy, show stat of 100 servers", "haproxy", "haproxy.sock", effort.of(3_000, smoke: 300), figure),
      contestant("a fixed answer of 4 KB in C", "http", "c.sock", effort.of(60_000, smoke: 300), figure),
    ]
  }

  private func contestant(
    _ name: String, _ protocol: String, _ socket: String, _ count: Int, _ figure: String
  ) -> Contestant {
    Contestant(name) { [self] in
      try Program.figure([program, "ask", `protocol`, scratch.path(socket), "\(count)", figure])
    }
  }
}
