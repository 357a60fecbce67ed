import Glibc

/// A real stewardd with 1,000 environments of ten resources, from its start until every resource has had its first
/// look and plan and it is at rest; beside it, a program that only parses the same files. It is started again each time:
/// the first start of all makes 3,000 secrets besides.
let scaleStart = Benchmark(
  name: "scale-start", title: "start, first look and plan of 1,000 environments of 10 resources", unit: "s",
  goals: [.ratio(.atMost(2))], plausible: 0.001...60, rounds: 3, preparation: .seconds(180)
) { scratch, effort in
  let towns = effort.of(1_000, smoke: 20)
  try Towns.write(towns, in: scratch)
  /// Starts it and lets it come to rest; returns how long that took.
  let start: @Sendable () async throws -> Double = {
    let began = ContinuousClock.now
    let daemon = try RunningDaemon(in: scratch)
    let took = began.duration(to: try await daemon.untilAtRest()) / .seconds(1)
    try daemon.check(resources: towns * 10)
    return took
  }
  _ = try await start()
  return [
    Contestant("stewardd, until at rest", measure: start),
    Contestant("python3 yaml, parsing alone") {
      try Program.figure(
        ["/usr/bin/python3", Reference.path("yamls.py"), scratch.path("config/environments")])
    },
  ]
}

/// What 10,000 resources take.
let idleLarge = Benchmark(
  name: "idle-10000-memory", title: "proportional set size with 10,000 resources at rest", unit: "MiB",
  goals: [.value(.atMost(120))], plausible: 1...10_000, rounds: 1, turn: .seconds(180)
) { scratch, effort in
  let towns = effort.of(1_000, smoke: 20)
  try Towns.write(towns, in: scratch)
  let daemon = try RunningDaemon(in: scratch)
  return [
    Contestant("stewardd") {
      _ = try await daemon.untilAtRest(for: .seconds(2))
      try daemon.check(resources: towns * 10)
      return try Program.proportionalSetSize(of: daemon.pid)
    }
  ]
}
