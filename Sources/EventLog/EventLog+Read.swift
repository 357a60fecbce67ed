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
  /// - Parameter progress: Called with the number of events seen, every 10,000 events.
  /// - Throws: ``EventLogError`` where it cannot be read at all; `CancellationError`.
  public func verify(progress: @escaping @Sendable (Int64) -> Void = { _ in }) async throws -> Verification {
    try await LogReader(at: path).verify(progress: progress)
  }
}
