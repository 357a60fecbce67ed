import FoundationEssentials
public import StatusAPI

/// Asks the daemon, one question on one connection, and waits for the answer.
///
/// Plain blocking sockets: a command that is typed a hundred times a day must not start an event loop first.
public struct StatusClient: Sendable {
  /// The socket's path.
  public let path: String
  /// How long an ordinary answer may take.
  public let patience: Duration
  /// How long a forecast or a verification may take.
  public let longPatience: Duration

  /// A client of the daemon at `path`.
  public init(path: String, patience: Duration = .seconds(10), longPatience: Duration = .seconds(120)) {
    self.path = path
    self.patience = patience
    self.longPatience = longPatience
  }

  /// Asks, and waits for the whole answer.
  /// - Throws: ``StatusClientError``.
  public func ask<Body>(_ endpoint: Endpoint<Body>) throws(StatusClientError) -> Received<Body> {
    var exchange = try begin(endpoint, patience: endpoint.isLong ? longPatience : patience)
    let bytes = try exchange.wholeBody()
    try check(exchange.head, bytes)
    return Received(bytes: bytes, body: try decode(bytes))
  }

  /// Asks for a stream, and calls `each` with every line until that returns false or the daemon ends the
  /// stream.
  /// - Throws: ``StatusClientError``; `brokenOff` where the stream stopped without its last line.
  public func follow(
    _ endpoint: Endpoint<FollowLine>, _ each: (Received<FollowLine>) -> Bool
  ) throws(StatusClientError) {
    var stream = try follow(endpoint)
    while true {
      let received = try stream.next()
      guard each(received) else { return }
      if case .ended = received.body { return }
    }
  }

  /// Asks for a stream, to be read line by line by somebody who also waits for other things.
  /// - Throws: ``StatusClientError``.
  public func follow(_ endpoint: Endpoint<FollowLine>) throws(StatusClientError) -> FollowedStream {
    var exchange = try begin(endpoint, patience: patience)
    guard exchange.head.status == 200 else {
      try check(exchange.head, try exchange.wholeBody())
      throw .malformed(path: path, what: "it is no stream")
    }
    try check(exchange.head, [])
    exchange.expectEveryLine(within: .seconds(3 * FollowLine.heartbeatEverySeconds))
    return FollowedStream(exchange, path: path)
  }

  private func begin<Body>(
    _ endpoint: Endpoint<Body>, patience: Duration
  ) throws(StatusClientError) -> HTTPExchange {
    var body: [UInt8] = []
    if let request = endpoint.body {
      // A request's body is made of strings and a timestamp, which can always be encoded.
      body = (try? JSONEncoder().encode(request)).map { Array($0) } ?? []
    }
    let connection = try UnixConnection(to: path, patience: patience)
    return try HTTPExchange.begin(connection, method: endpoint.method, target: endpoint.target, body: body)
  }

  private func check(_ head: ResponseHead, _ bytes: [UInt8]) throws(StatusClientError) {
    guard let version = head[APIVersion.header] else {
      // The connection's own loop answers what it takes for no HTTP without any header of ours.
      guard head.status == 400 else { throw .malformed(path: path, what: "it names no version") }
      throw .refused(
        status: 400, ErrorBody(code: "invalid", message: "stewardd did not understand the request"))
    }
    guard version == "\(APIVersion.current)" else {
      throw .otherVersion(path: path, theirs: VisibleText.of(version))
    }
    guard (200..<300).contains(head.status) else {
      let error = try? JSONDecoder().decode(ErrorBody.self, from: Data(VisibleText.inStrings(of: bytes)))
      throw .refused(
        status: head.status, error ?? ErrorBody(code: "failed", message: "stewardd answers \(head.status)"))
    }
  }

  private func decode<Body: Decodable>(_ bytes: [UInt8]) throws(StatusClientError) -> Body {
    try StatusClient.decode(bytes, from: path)
  }

  static func decode<Body: Decodable>(
    _ bytes: [UInt8], from path: String
  ) throws(StatusClientError) -> Body {
    do {
      // A secret is asked for as it is; everything else is for people.
      let text = Body.self == RevealBody.self ? bytes : VisibleText.inStrings(of: bytes)
      return try JSONDecoder().decode(Body.self, from: Data(text))
    } catch {
      throw .malformed(path: path, what: "its body is another than expected")
    }
  }
}

/// An answer: as it came, for `--json`, and read.
public struct Received<Body: Sendable>: Sendable {
  /// The body as it came.
  public let bytes: [UInt8]
  /// The body as read, with what a terminal would act on escaped in all its texts, but for a secret's.
  public let body: Body
}
