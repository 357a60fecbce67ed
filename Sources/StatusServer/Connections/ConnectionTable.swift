import NIOCore
import Synchronization

/// The connections that are open, so that there are never too many and none outlives the server.
final class ConnectionTable: Sendable {
  private let limits: ServerLimits
  /// In the order in which they came.
  private let open = Mutex<[Connection]>([])

  init(_ limits: ServerLimits) { self.limits = limits }

  /// How many are open.
  var count: Int { open.withLock(\.count) }

  /// Takes a new connection in; nil where there are too many and all of them are being served.
  func admit(_ peer: Peer, _ channel: any Channel) -> Connection? {
    let connection = Connection(peer: peer, channel: channel)
    let (isAdmitted, evicted) = open.withLock { open -> (Bool, Connection?) in
      let isOwn: (Connection) -> Bool = { $0.peer.uid == peer.uid }
      var evicted: Connection?
      if open.count(where: isOwn) >= limits.connectionsPerUserMax {
        guard let index = open.firstIndex(where: { isOwn($0) && !$0.isServing }) else { return (false, nil) }
        evicted = open.remove(at: index)
      } else if open.count >= limits.connectionsMax {
        guard let index = open.firstIndex(where: { !$0.isServing }) else { return (false, nil) }
        evicted = open.remove(at: index)
      }
      open.append(connection)
      return (true, evicted)
    }
    evicted?.channel.close(promise: nil)
    guard isAdmitted else { return nil }
    channel.closeFuture.whenComplete { [self] _ in
      open.withLock { open in
        if let index = open.firstIndex(where: { $0 === connection }) { open.remove(at: index) }
      }
    }
    return connection
  }

  /// Closes the connection that has waited longest without asking anything, for its descriptor.
  func makeRoom() {
    open.withLock { open in open.first { !$0.isServing } }?.channel.close(promise: nil)
  }

  /// Closes all that are left.
  func closeAll() {
    for connection in open.withLock({ $0 }) { connection.channel.close(promise: nil) }
  }
}
