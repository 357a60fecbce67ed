import NIOCore
import Synchronization

/// The status as it was last rendered, for each set of environments that somebody may see. Rendering a
/// hundred resources takes a millisecond; a status that has not changed is sent as it is.
final class RenderedStatus: Sendable {
  /// How many different sights are kept: one for each combination of roles that really asks.
  private static let sightsMax = 16

  private let answers = Mutex<[Sight: StandingAnswer]>([:])

  /// The answer for `sight`: what was rendered before, if nothing has changed since; else what `render` makes, which
  /// stands for `time`.
  func answer(
    to sight: Sight, at revision: UInt64, for time: Duration, render: () throws -> ByteBuffer
  ) rethrows -> StandingAnswer {
    if let known = answers.withLock({ $0[sight] }), known.validity.holds(at: revision) { return known }
    let answer = StandingAnswer(Validity(of: revision, for: time), body: try render())
    answers.withLock { answers in
      if answers[sight] == nil, answers.count >= RenderedStatus.sightsMax { answers = [:] }
      answers[sight] = answer
    }
    return answer
  }
}
