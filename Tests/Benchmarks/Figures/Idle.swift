import Glibc

/// What 30 resources take, nine processes of instances not counted, beside a Monit that checks 30 things.
let idleMemory = Benchmark(
  name: "idle-memory", title: "proportional set size with 30 resources at rest", unit: "MiB",
  goals: [.value(.atMost(30))], plausible: 0.5...1_000, rounds: 1
) { scratch, effort in
  let pair = try await Idlers(in: scratch, effort)
  return [
    Contestant("stewardd") { try Program.proportionalSetSize(of: pair.daemon.pid) },
    Contestant("monit") { try Program.proportionalSetSize(of: pair.monit) },
  ]
}

/// What 30 resources use of a processor in a minute in which nothing happens.
let idleProcessor = Benchmark(
  name: "idle-processor", title: "processor time a minute with 30 resources at rest", unit: "ms",
  goals: [.value(.atMost(30))], plausible: 0.01...60_000, rounds: 1, turn: .seconds(120)
) { scratch, effort in
  let pair = try await Idlers(in: scratch, effort)
  /// Both are measured over the same minute.
  let minute = Task {
    let seconds = effort.of(60, smoke: 5)
    let before = try pair.milliseconds
    try await Task.sleep(for: .seconds(seconds))
    return zip(try pair.milliseconds, before).map { ($0 - $1) * 60 / Double(seconds) }
  }
  return [
    Contestant("stewardd") { try await minute.value[0] },
    Contestant("monit, a look in 30 s") { try await minute.value[1] },
  ]
}

/// A stewardd and a monit that keep as much each, both at rest.
private final class Idlers: Sendable {
  let daemon: RunningDaemon
  let monit: pid_t

  init(in scratch: Scratch, _ effort: Effort) async throws {
    try Towns.write(3, running: true, in: scratch)
    daemon = try RunningDaemon(in: scratch)
    var text =
      "set daemon \(effort.of(30, smoke: 1))\nset pidfile \(scratch.path("monit.pid"))\nset idfile \(scratch.path("monit.id"))\nset statefile \(scratch.path("monit.state"))\n"
    for number in 0..<30 {
      text += "check file f\(number) with path \(scratch.path("logs/\(number % 3)/web.log"))\n"
      text += "  if timestamp > 30 days then alert\n"
    }
    try scratch.write("monitrc", text, mode: 0o600)
    monit = try Program.start(["monit", "-I", "-c", scratch.path("monitrc")])
    // What starts is ready after two seconds, and its use is measured at a look after that.
    try await Task.sleep(for: .seconds(5))
    _ = try await daemon.untilAtRest(for: .seconds(2))
    try daemon.check(resources: 30)
  }

  deinit { Program.end([monit], with: SIGTERM) }

  /// What each has used of a processor so far.
  var milliseconds: [Double] {
    get throws { try [daemon.pid, monit].map(Program.processorMilliseconds) }
  }
}
