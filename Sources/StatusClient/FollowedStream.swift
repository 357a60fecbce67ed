public import StatusAPI

/// A stream of events that is being followed.
public struct FollowedStream: ~Copyable {
  private var exchange: HTTPExchange
  private let path: String

  init(_ exchange: consuming HTTPExchange, path: String) {
    self.exchange = exchange
    self.path = path
  }

  /// What `poll` says something came on; ask it only where ``hasMore`` is false.
  public var descriptor: Int32 { exchange.descriptor }

  /// Whether ``next()`` has something without waiting for the daemon.
  public var hasMore: Bool { exchange.hasBuffered }

  /// The next line, waited for as long as the daemon is never silent.
  /// - Throws: ``StatusClientError``; `brokenOff` where the stream stopped without its last line.
  public mutating func next() throws(StatusClientError) -> Received<FollowLine> {
    while let line = try exchange.nextLine() {
      guard !line.isEmpty else { continue }
      return Received(bytes: line, body: try StatusClient.decode(line, from: path))
    }
    throw .brokenOff(path: path)
  }
}
