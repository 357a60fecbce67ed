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
///
/// What the follower may see is asked again before each line where anything may have changed since the last: a right ends
/// when it is taken, not when the stream does.
struct Following: Sendable {
  private var query: EventQuery
  /// What the follower may see now; nil where that is nothing.
  let sight: @Sendable () async -> Sight?
  let source: any StatusSource
  let channel: any Channel
  let heartbeatEvery: Duration
  let page: Int
  /// The revision at which it was last asked what the follower may see.
  private var seenAt: UInt64?

  /// One who may see something of what `query` asks for.
  init(
    _ query: EventQuery, source: any StatusSource, channel: any Channel, limits: ServerLimits,
    sight: @escaping @Sendable () async -> Sight?
  ) {
    self.query = query
    self.source = source
    self.channel = channel
    self.sight = sight
    heartbeatEvery = limits.heartbeatEvery
    page = limits.eventsMax
  }

  private enum Tick: Sendable {
    case event(Event)
    case silence
    case over
  }

  /// How many live events wait for the follower before the log is the better place to read them from.
  private static let buffer = 64

  /// Writes lines until the peer is gone, the daemon stops or the task is cancelled.
  mutating func write(to writer: inout any ResponseBodyWriter) async throws {
    let live = await source.live()
    let (ticks, clock) = AsyncStream.makeStream(
      of: Tick.self, bufferingPolicy: .bufferingNewest(Following.buffer))
    let forwarding = Task {
      for await event in live { clock.yield(.event(event)) }
      clock.yield(.over)
    }
    let beating = Task { [heartbeatEvery] in
      while (try? await Task.sleep(for: heartbeatEvery)) != nil { clock.yield(.silence) }
    }
    channel.closeFuture.whenComplete { _ in clock.finish() }
    defer {
      forwarding.cancel()
      beating.cancel()
      clock.finish()
    }
    var last = try await start()
    do {
      try await follow(ticks, from: &last, &writer)
    } catch is RightsTaken {
      try await end("what is asked for may no longer be read here", after: last, &writer)
    }
  }

  /// What was followed may no longer be seen.
  private struct RightsTaken: Error {}

  private mutating func follow(
    _ ticks: AsyncStream<Tick>, from last: inout Int64, _ writer: inout any ResponseBodyWriter
  ) async throws {
    if query.after != nil { try await catchUp(from: &last, &writer) }
    for await tick in ticks {
      switch tick {
      case .event(let event) where event.sequence <= last: break
      case .event(let event) where event.sequence == last + 1:
        try await write(event, to: &writer)
        last = event.sequence
      case .event(let event):
        try await catchUp(from: &last, &writer)
        last = max(last, event.sequence)
      case .silence:
        // Accounts and groups change without anybody telling.
        seenAt = nil
        try await lookAgain()
        try await writer.write(ByteBuffer.json(FollowLine.heartbeat(await source.snapshot().now)))
      case .over:
        try await end("stewardd stops", after: last, &writer)
        return
      }
    }
    if Task.isCancelled { try? await end("stewardd stops", after: last, &writer) }
  }

  private func end(
    _ why: String, after last: Int64, _ writer: inout any ResponseBodyWriter
  ) async throws {
    try await writer.write(ByteBuffer.json(FollowLine.ended("\(why); go on with after=\(last)")))
  }

  /// Asks again what may be seen, where that may have changed.
  private mutating func lookAgain() async throws {
    let revision = source.revision
    guard seenAt != revision else { return }
    guard let sight = await sight(), sight.reaches(query.scope?.environment) else { throw RightsTaken() }
    query.environments = sight.environments
    seenAt = revision
  }

  private mutating func write(_ event: Event, to writer: inout any ResponseBodyWriter) async throws {
    try await lookAgain()
    guard query.matches(event) else { return }
    try await effect("follow.send") { try await writer.write(ByteBuffer.json(EventBody(event))) }
  }

  /// Where the follower is: behind what it names, or behind the newest event that is durable now.
  private func start() async throws -> Int64 {
    if let after = query.after { return after }
    return try await source.events(EventQuery(limit: 1)).first?.sequence ?? 0
  }

  /// Writes all durable events behind `last`, which becomes the last one written.
  private mutating func catchUp(
    from last: inout Int64, _ writer: inout any ResponseBodyWriter
  ) async throws {
    while true {
      try await lookAgain()
      var query = query
      query.limit = page
      query.newestFirst = false
      query.after = last
      let events = try await source.events(query)
      for event in events {
        try await write(event, to: &writer)
        last = event.sequence
      }
      if events.count < page { return }
    }
  }
}
