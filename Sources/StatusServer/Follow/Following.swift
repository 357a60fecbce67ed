import CrashPoints
import HummingbirdCore
import NIOCore
import Reconciliation
import StatusAPI

/// One follower of the event log: first what it has not seen, read from the log page by page as fast as it
/// reads, then what happens.
///
/// Nothing is kept for a slow reader. Live events that it was too slow for are left out of its small buffer;
/// the gap in their sequences shows it, and the log is read again from where the follower is. One that does
/// not read at all is disconnected by ``ConnectionDeadlines``, and goes on later with `after`.
struct Following: Sendable {
  let query: EventQuery
  let source: any StatusSource
  let channel: any Channel
  let heartbeatEvery: Duration
  let page: Int

  private enum Tick: Sendable {
    case event(Event)
    case silence
    case over
  }

  /// How many live events wait for the follower before the log is the better place to read them from.
  private static let buffer = 64

  /// Writes lines until the peer is gone, the daemon stops or the task is cancelled.
  func write(to writer: inout any ResponseBodyWriter) async throws {
    let live = await source.live()
    let (ticks, clock) = AsyncStream.makeStream(
      of: Tick.self, bufferingPolicy: .bufferingNewest(Following.buffer))
    let forwarding = Task {
      for await event in live { clock.yield(.event(event)) }
      clock.yield(.over)
    }
    let beating = Task {
      while (try? await Task.sleep(for: heartbeatEvery)) != nil { clock.yield(.silence) }
    }
    channel.closeFuture.whenComplete { _ in clock.finish() }
    defer {
      forwarding.cancel()
      beating.cancel()
      clock.finish()
    }
    try await follow(ticks, &writer)
  }

  private func follow(_ ticks: AsyncStream<Tick>, _ writer: inout any ResponseBodyWriter) async throws {
    var last = try await start()
    if query.after != nil { last = try await catchUp(after: last, &writer) }
    for await tick in ticks {
      switch tick {
      case .event(let event) where event.sequence <= last: break
      case .event(let event) where event.sequence == last + 1:
        last = event.sequence
        if query.matches(event) {
          try await effect("follow.send") { try await writer.write(ByteBuffer.json(EventBody(event))) }
        }
      case .event(let event):
        last = max(try await catchUp(after: last, &writer), event.sequence)
      case .silence:
        try await writer.write(ByteBuffer.json(FollowLine.heartbeat(await source.snapshot().now)))
      case .over:
        try await writer.write(ByteBuffer.json(FollowLine.ended("stewardd stops; go on with after=\(last)")))
        return
      }
    }
    if Task.isCancelled {
      try? await writer.write(ByteBuffer.json(FollowLine.ended("stewardd stops; go on with after=\(last)")))
    }
  }

  /// Where the follower is: behind what it names, or behind the newest event that is durable now.
  private func start() async throws -> Int64 {
    if let after = query.after { return after }
    return try await source.events(EventQuery(limit: 1)).first?.sequence ?? 0
  }

  /// Writes all durable events behind `sequence`; returns the last one written, or else `sequence`.
  private func catchUp(
    after sequence: Int64, _ writer: inout any ResponseBodyWriter
  ) async throws -> Int64 {
    var last = sequence
    var query = query
    query.limit = page
    query.newestFirst = false
    while true {
      query.after = last
      let events = try await source.events(query)
      for event in events where query.matches(event) {
        try await effect("follow.catchUp") { try await writer.write(ByteBuffer.json(EventBody(event))) }
      }
      last = events.last?.sequence ?? last
      if events.count < page { return last }
    }
  }
}
