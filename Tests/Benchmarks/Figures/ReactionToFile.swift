import Glibc
import StatusAPI

/// From the rename of an environment's file to what its new plan left in the log, durable, as a follower of the socket
/// hears it: reading, adopting, looking, planning, two transactions and the way through the socket.
let reactionToFile = Benchmark(
  name: "reaction-file", title: "from a file's rename to its new plan in the log, p99", unit: "ms",
  goals: [.value(.atMost(10))], plausible: 0.001...10_000, rounds: 3
) { scratch, effort in
  try scratch.makeFolder("config/environments")
  let path = "config/environments/dev.yaml"
  try scratch.makeFolder("logs")
  try scratch.write(path, edited(0, in: scratch))
  let daemon = try RunningDaemon(in: scratch)
  let news = News(daemon.follow())
  let (edits, edit) = (effort.of(200, smoke: 10), Counter())
  let reference = try Reference.compile("inotify", in: scratch)
  return [
    Contestant("stewardd, 200 edits") {
      var took: [Double] = []
      for _ in 0..<edits {
        _ = try await daemon.untilAtRest(for: .milliseconds(20))
        let number = edit.next()
        let began = try scratch.write(path, edited(number, in: scratch))
        // The finding of the odd edits is raised, and cleared by the even ones: nothing but a plan says so.
        let heard = try await news.next { $0.name.hasSuffix(number % 2 == 1 ? ".finding" : ".cleared") }
        took.append(began.duration(to: heard) / .milliseconds(1))
      }
      return Spread.quantile(0.99, of: took)
    },
    Contestant("bare inotify in C") {
      try Program.figure([reference, try scratch.makeFolder("watched"), "\(edits)"])
    },
  ]
}

/// An environment whose one resource cannot be kept as written where the edit is odd: there is no such archive.
private func edited(_ edit: Int, in scratch: Scratch) -> String {
  let archive = edit % 2 == 1 ? ", archive: {to: \(scratch.path("missing")), after: 7d}" : ""
  return """
    environment: dev
    timezone: Europe/Berlin
    data: synthetic
    logs:
      web: {path: \(scratch.path("logs")), match: "*.log*", keep: 30d\(archive)}
    # edit \(edit)

    """
}

/// The followed events, for whoever waits for one of them.
final class News: @unchecked Sendable {
  // Unchecked: one contestant asks, one question after the other.
  private var iterator: AsyncStream<(heard: ContinuousClock.Instant, event: EventBody)>.AsyncIterator

  init(_ stream: AsyncStream<(heard: ContinuousClock.Instant, event: EventBody)>) {
    iterator = stream.makeAsyncIterator()
  }

  /// When the next event like this was heard.
  func next(where isMeant: (EventBody) -> Bool) async throws -> ContinuousClock.Instant {
    while let (heard, event) = await iterator.next(isolation: nil) {
      if isMeant(event) { return heard }
    }
    throw Program.Failed(description: "stewardd ended the stream")
  }
}
