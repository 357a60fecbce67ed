import NIOCore
import Synchronization

/// One peer's connection.
final class Connection: Sendable {
  /// Who is at the other end.
  let peer: Peer
  /// The connection itself.
  let channel: any Channel
  private let serving = Atomic(false)

  init(peer: Peer, channel: any Channel) {
    self.peer = peer
    self.channel = channel
  }

  /// Whether a whole request has been received and not been answered yet.
  var isServing: Bool {
    get { serving.load(ordering: .relaxed) }
    set { serving.store(newValue, ordering: .relaxed) }
  }
}
