public import Calendar
public import Reconciliation

extension EventLog {
  /// The events that `filter` lets through, while writing goes on.
  /// - Throws: ``EventLogError``; `CancellationError`.
  public func events(matching filter: EventFilter) async throws -> [Event] {
    try await reader.events(matching: filter)
  }

  /// Passes every event to `body`, from the first on. Blocks the thread that calls it: it is for the start.
  /// - Throws: ``EventLogError``, and what `body` throws.
  public func replay(_ body: (Event) throws -> Void) throws {
    try reader.replay(body)
  }

  /// Examines the whole log through a connection of its own, so that other questions do not wait for it.
  /// - Parameters:
  ///   - checkpoints: Ends that the log had earlier, by notes kept elsewhere: it must still pass through each.
  ///   - progress: Called with the number of events seen, every 10,000 events.
  /// - Throws: ``EventLogError`` where it cannot be read at all; `CancellationError`.
  public func verify(
    against checkpoints: [LogHead] = [], progress: @escaping @Sendable (Int64) -> Void = { _ in }
  ) async throws -> Verification {
    try await LogReader(at: path).verify(against: checkpoints, progress: progress)
  }

  /// The end of what is durable, as the process that wrote it remembers it, with the moment of its last event; nil
  /// where there is no event.
  /// - Throws: ``EventLogError``; `CancellationError`.
  public func checkpoint() async throws -> (head: LogHead, at: Instant)? {
    let head = head
    let last = try await events(matching: EventFilter(after: head.sequence - 1, limit: 1)).first
    return last.map { (head, $0.at) }
  }
}
