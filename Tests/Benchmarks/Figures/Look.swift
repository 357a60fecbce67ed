import Glibc
import Logs
import Reconciliation

/// A look at a folder of 10,000 logs, all in order: listed, each looked at, who holds them open, nothing to do.
let look = Benchmark(
  name: "look", title: "a look at 10,000 files in order", unit: "ms", goals: [.ratio(.atMost(3))],
  plausible: 0.01...30_000, rounds: 9
) { scratch, effort in
  let reference = try Reference.compile("statx", in: scratch)
  let folder = try scratch.makeFolder("logs")
  for number in 0..<effort.of(10_000, smoke: 100) {
    let file = open("\(folder)/web-\(number).log", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    write(file, "a line\n", 7)
    close(file)
  }
  let keeping = try Keeping(
    LogsController(), section: "logs: {web: {path: \(folder), match: \"*.log*\", keep: 30d}}")
  return [
    Contestant("stewardd's look and plan") {
      let began = ContinuousClock.now
      guard try await keeping.plan().isEmpty else { throw Program.Failed(description: "not in order") }
      return began.duration(to: .now) / .milliseconds(1)
    },
    Contestant("bare statx loop in C") { try Program.figure([reference, folder]) },
    Contestant("find -mtime") {
      try Program.seconds(["find", folder, "-type", "f", "-mtime", "+29"]) * 1000
    },
  ]
}
