import Glibc

/// From the death of a child to the first instruction of the one that takes its place. Each of a hundred children dies
/// once in each round, one after the other, killed while everything is at rest; runit's own supervisor keeps a hundred
/// of the same program beside them.
let reactionToDeath = Benchmark(
  name: "reaction-death", title: "from a child's death to its replacement running, p99", unit: "ms",
  goals: [.value(.atMost(5)), .ratio(.atMost(1))],
  plausible: 0.05...60_000, rounds: 3, turn: .seconds(120)
) { scratch, effort in
  let child = try Reference.compile("child", in: scratch)
  let round = Counter()
  let (environments, each) = (effort.of(10, smoke: 2), effort.of(10, smoke: 3))

  let reports = try ReportSocket(scratch.path("steward-reports.sock"))
  try scratch.makeFolder("config/environments")
  for environment in 0..<environments {
    var text = "environment: e\(environment)\ntimezone: UTC\ndata: synthetic\ninstances:\n"
    for name in 0..<each {
      text += "  w\(name): {run: [\(child), \(reports.path), \"{environment}-{name}\"], folder: /}\n"
    }
    try scratch.write("config/environments/e\(environment).yaml", text)
  }
  let daemon = try RunningDaemon(in: scratch)
  let steward = Children(try Family(reports, of: environments * each), keptBy: daemon)

  let others = try ReportSocket(scratch.path("runit-reports.sock"))
  let supervisors = try Supervisors(
    of: environments * each, running: child, reporting: others.path, in: scratch)
  let runit = Children(try Family(others, of: environments * each), keptBy: supervisors)
  return [
    Contestant("stewardd, 100 children") {
      // Both wait before they start again what died at once; the pause doubles with each death within a minute.
      try await Task.sleep(for: .seconds(1 << round.next()))
      return try await steward.p99()
    },
    Contestant("runsv, 100 children") { try await runit.p99() },
  ]
}

/// Children that report themselves, and whoever keeps them alive.
private final class Children: Sendable {
  private let family: Family
  private let keeper: any Sendable

  init(_ family: Family, keptBy keeper: any Sendable) {
    self.family = family
    self.keeper = keeper
  }

  func p99() async throws -> Double {
    var took: [Double] = []
    for name in await family.names {
      try await Task.sleep(for: .milliseconds(20))
      took.append(try await family.kill(name))
    }
    return Spread.quantile(0.99, of: took)
  }
}

/// Processes by name, as they report themselves: `NAME PID NANOSECONDS`.
private actor Family {
  private let reports: ReportSocket
  private var pids: [String: pid_t] = [:]
  var names: [String] { pids.keys.sorted() }

  init(_ reports: ReportSocket, of count: Int) throws {
    self.reports = reports
    while pids.count < count {
      guard let report = Family.report(reports, within: 5) else {
        throw Program.Failed(description: "only \(pids.count) of \(count) children run")
      }
      pids[report.name] = report.pid
    }
  }

  /// Kills one and returns how long it took until the next one of its name ran, in milliseconds.
  func kill(_ name: String) throws -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let began = Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    guard let pid = pids[name] else { throw Program.Failed(description: "\(name) was never there") }
    Glibc.kill(pid, SIGKILL)
    while let report = Family.report(reports, within: 5) {
      pids[report.name] = report.pid
      if report.name == name { return report.milliseconds - began }
    }
    throw Program.Failed(description: "\(name) does not come back")
  }

  private static func report(
    _ reports: ReportSocket, within seconds: Int
  ) -> (name: String, pid: pid_t, milliseconds: Double)? {
    guard let fields = reports.next(within: seconds)?.split(separator: " "), fields.count == 3,
      let pid = pid_t(fields[1]), let nanoseconds = Double(fields[2])
    else { return nil }
    return (String(fields[0]), pid, nanoseconds / 1e6)
  }
}

/// runit's supervisors, one for each service, as runsvdir would start them.
private final class Supervisors: Sendable {
  private let pids: [pid_t]

  init(of count: Int, running child: String, reporting socket: String, in scratch: Scratch) throws {
    pids = try (0..<count).map { number in
      let folder = try scratch.makeFolder("service/s\(number)")
      try scratch.write(
        "service/s\(number)/run", "#!/bin/sh\nexec \(child) \(socket) s\(number)\n", mode: 0o755)
      return try Program.start(["runsv", folder])
    }
  }

  deinit {
    // SIGTERM: end the service, then yourself (runsv(8)).
    Program.end(pids, with: SIGTERM)
  }
}
