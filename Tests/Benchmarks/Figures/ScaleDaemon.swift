import Glibc

/// A real stewardd with 1,000 environments of ten resources, from its start until every resource has had its first
/// look and plan and it is at rest; beside it, a program that only parses the same files.
let scaleStart = Benchmark(
  name: "scale-start", title: "start, first look and plan of 1,000 environments of 10 resources", unit: "s",
  goals: [.ratio(.atMost(2))], rounds: 3
) { scratch in
  try Towns.write(1_000, in: scratch)
  return [
    Contestant("stewardd, until at rest") {
      let folder = try Scratch("town")
      try Towns.write(1_000, in: folder)
      let began = ContinuousClock.now
      let daemon = try RunningDaemon(in: folder)
      return began.duration(to: try await daemon.untilAtRest()) / .seconds(1)
    },
    Contestant("python3 yaml, parsing alone") {
      try Program.figure(
        ["/usr/bin/python3", Reference.path("yamls.py"), scratch.path("config/environments")])
    },
  ]
}

/// What 10,000 resources take.
let idleLarge = Benchmark(
  name: "idle-10000-memory", title: "proportional set size with 10,000 resources at rest", unit: "MiB",
  goals: [.value(.atMost(120))], rounds: 1
) { scratch in
  try Towns.write(1_000, in: scratch)
  let daemon = try RunningDaemon(in: scratch)
  return [
    Contestant("stewardd") {
      _ = try await daemon.untilAtRest(for: .seconds(2))
      try daemon.check(resources: 10_000)
      return try Program.proportionalSetSize(of: daemon.pid)
    }
  ]
}
