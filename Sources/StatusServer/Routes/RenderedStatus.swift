import Calendar
import NIOCore
import Synchronization

/// The status as it was last rendered, for each set of environments that somebody may see. Rendering a
/// hundred resources takes a millisecond; a status that has not changed is sent as it is.
final class RenderedStatus: Sendable {
  private struct Entry {
    let revision: UInt64
    let at: Instant
    let body: ByteBuffer
  }

  /// How many different sights are kept: one for each combination of roles that really asks.
  private static let sightsMax = 16

  private let entries = Mutex<[Sight: Entry]>([:])

  /// The body for `sight`: what was rendered before, if nothing has changed and it is younger than `age`.
  func body(
    _ sight: Sight, _ snapshot: Snapshot, youngerThan age: Duration, render: () throws -> ByteBuffer
  ) rethrows -> ByteBuffer {
    let known = entries.withLock { $0[sight] }
    if let known, known.revision == snapshot.revision, known.at <= snapshot.now,
      known.at.distance(to: snapshot.now) < age
    {
      return known.body
    }
    let body = try render()
    entries.withLock { entries in
      if entries[sight] == nil, entries.count >= RenderedStatus.sightsMax { entries = [:] }
      entries[sight] = Entry(revision: snapshot.revision, at: snapshot.now, body: body)
    }
    return body
  }
}
