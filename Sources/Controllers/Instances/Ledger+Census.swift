import Host
import Synchronization

extension Ledger {
  /// A look at every process of the machine is for those that an earlier daemon left: no new ones come while this one
  /// lives, for it alone may start any. That it is repeated at all is for what hid from the first look: a child whose
  /// daemon was killed as it was started bears its marks only once its program runs.
  static let censusEvery = Duration.seconds(60)

  /// The children that `list` finds, which many looks at once share, and those of the next minute.
  func census(
    at now: Duration, _ list: @escaping @Sendable () async throws -> [Child]
  ) async throws -> [Child] {
    let task = state.withLock { state in
      if let census = state.census, now - census.at < Ledger.censusEvery { return census.children }
      let task = Task { try await list() }
      state.census = (now, task)
      return task
    }
    do {
      return try await task.value
    } catch {
      // What failed is tried again by the next look.
      state.withLock { if $0.census?.children == task { $0.census = nil } }
      throw error
    }
  }
}
