import NIOCore
import Reconciliation
import Synchronization

/// One peer's connection, and what is remembered for its next request.
final class Connection: Sendable {
  /// Who is at the other end.
  let peer: Peer
  /// The connection itself.
  let channel: any Channel
  private let serving = Atomic(false)
  private let caller = Mutex<(caller: Caller, validity: Validity)?>(nil)
  private let answer = Mutex<(target: String, answer: StandingAnswer)?>(nil)

  init(peer: Peer, channel: any Channel) {
    self.peer = peer
    self.channel = channel
  }

  /// Whether a whole request has been received and not been answered yet.
  var isServing: Bool {
    get { serving.load(ordering: .relaxed) }
    set { serving.store(newValue, ordering: .relaxed) }
  }

  /// Who the peer is: what was found out before, if that still holds at `revision`, else what `source` says, which counts
  /// for `time`.
  func caller(from source: any StatusSource, at revision: UInt64, for time: Duration) async -> Caller {
    if let known = caller.withLock({ $0 }), known.validity.holds(at: revision) { return known.caller }
    let validity = Validity(of: revision, for: time)
    let found = await source.caller(uid: peer.uid, gid: peer.gid, groups: peer.groups)
    caller.withLock { $0 = (found, validity) }
    return found
  }

  /// Keeps an answer for the next time that the same is asked here: the last one only.
  func keep(_ answer: StandingAnswer, of target: String) {
    self.answer.withLock { $0 = (target, answer) }
  }

  /// The answer that is kept for `target`.
  func answer(to target: String) -> StandingAnswer? {
    answer.withLock { $0?.target == target ? $0?.answer : nil }
  }
}
