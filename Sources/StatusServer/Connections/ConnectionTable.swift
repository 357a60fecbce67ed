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

  /// So many descriptors the daemon's own work takes at once: a child that is started takes seven.
  private static let roomForWork = 12

  /// Closes connections for their descriptors: those that have waited longest without asking anything, and where these
  /// are too few, those that have been served longest. Whoever only watches must not keep things from being kept.
  func makeRoom() {
    let leaving = open.withLock { open in
      (open.filter { !$0.isServing } + open.filter(\.isServing)).prefix(ConnectionTable.roomForWork)
    }
    for connection in leaving { connection.channel.close(promise: nil) }
  }

  /// Closes all that are left.
  func closeAll() {
    for connection in open.withLock({ $0 }) { connection.channel.close(promise: nil) }
  }
}
