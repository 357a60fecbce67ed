import Glibc
import Logs

/// 100,000 files in 1,000 folders, half of them past their time, and everything from the first look to the last plan
/// that finds nothing more to do: with each file looked at again before it goes, links never followed, whoever holds a
/// file open asked first.
let purge = Benchmark(
  name: "purge", title: "50,000 old files of 100,000 in 1,000 folders", unit: "s",
  goals: [.ratio(.atMost(0.8))],
  plausible: 0.0001...120, rounds: 3, turn: .seconds(180)
) { scratch, effort in
  let program = try Reference.compile("purge", in: scratch)
  let source = try Reference.compile("forest", in: scratch)
  let folder = scratch.path("logs")
  let folders = effort.of(1_000, smoke: 10)
  let keeping = try Keeping(
    LogsController(), section: "logs: {web: {path: \(folder), match: \"*.log*\", keep: 30d}}")
  /// Grows the forest anew, takes the time of `body`, and counts what it left.
  let turn: @Sendable (_ body: () async throws -> Void) async throws -> Double = { body in
    _ = try Program.output([source, folder, "\(folders)"])
    // What was written lies in memory alike for everybody; what of it still goes to the disk would not be alike.
    sync()
    let began = ContinuousClock.now
    try await body()
    let took = began.duration(to: .now) / .seconds(1)
    let left = try Program.output(["find", folder, "-type", "f", "-printf", "x"]).utf8.count
    guard left == folders * 50 else { throw Program.Failed(description: "\(left) files are left") }
    return took
  }
  return [
    Contestant("stewardd, look to last plan") { try await turn { try await keeping.keep() } },
    Contestant("find -mtime -delete") {
      try await turn {
        _ = try Program.seconds(["find", folder, "-name", "*.log*", "-type", "f", "-mtime", "+29", "-delete"])
      }
    },
    Contestant("bare C loop on two threads") {
      try await turn { _ = try Program.seconds([program, folder]) }
    },
  ]
}
