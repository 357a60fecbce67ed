/// The status line and the headers of an answer.
struct ResponseHead: Sendable {
  let status: Int
  private let fields: [(name: String, value: String)]

  init?(_ lines: [[UInt8]]) {
    guard let first = lines.first else { return nil }
    let parts = String(decoding: first, as: UTF8.self).split(separator: " ", maxSplits: 2)
    guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let status = Int(parts[1]) else { return nil }
    self.status = status
    fields = lines.dropFirst().compactMap { line in
      let text = String(decoding: line, as: UTF8.self)
      guard let colon = text.firstIndex(of: ":") else { return nil }
      let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      return (text[..<colon].lowercased(), String(value))
    }
  }

  /// The value of the header `name`, in whatever case it is written.
  subscript(name: String) -> String? {
    let name = name.lowercased()
    return fields.first { $0.name == name }?.value
  }
}

/// One question and its answer in HTTP/1.1. The connection is closed afterwards.
struct HTTPExchange: ~Copyable {
  let head: ResponseHead
  private var connection: UnixConnection
  private var framing: Framing
  /// What is left of a chunk, and of a line, between two calls.
  private var pending: [UInt8] = []
  private var linePatience: Duration?

  private enum Framing {
    case length(left: Int)
    case chunked(left: Int)
    case untilEnd
    case ended
  }

  /// The most bytes of an answer: a hundred times the status of a thousand resources.
  private static let bodyMax = 64 << 20
  private static let lineMax = 1 << 20
  private static let headersMax = 100

  private init(_ head: ResponseHead, _ connection: consuming UnixConnection, _ framing: Framing) {
    self.head = head
    self.connection = connection
    self.framing = framing
  }

  /// What `poll` says something came on, where ``hasBuffered`` does not.
  var descriptor: Int32 { connection.descriptor }
  /// Whether something of the body was read already that nobody has taken yet.
  var hasBuffered: Bool { !pending.isEmpty || connection.hasBuffered }

  /// Asks, and reads the answer's head.
  static func begin(
    _ connection: consuming UnixConnection, method: String, target: String, body: [UInt8]
  ) throws(StatusClientError) -> HTTPExchange {
    var request =
      "\(method) \(target) HTTP/1.1\r\nHost: steward\r\nConnection: close\r\nAccept: application/json\r\n"
    if method == "POST" {
      request += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n"
    }
    try connection.write(Array((request + "\r\n").utf8) + body)
    let path = connection.path
    var lines: [[UInt8]] = []
    while let line = try connection.line(bytesMax: HTTPExchange.lineMax), !line.isEmpty {
      lines.append(line)
      guard lines.count <= HTTPExchange.headersMax else {
        throw .malformed(path: path, what: "its headers never end")
      }
    }
    guard !lines.isEmpty else { throw .brokenOff(path: path) }
    guard let head = ResponseHead(lines) else { throw .malformed(path: path, what: "it is not HTTP") }
    return HTTPExchange(head, connection, try framing(head, path))
  }

  private static func framing(_ head: ResponseHead, _ path: String) throws(StatusClientError) -> Framing {
    if head["Transfer-Encoding"]?.lowercased() == "chunked" { return .chunked(left: 0) }
    guard let length = head["Content-Length"] else { return .untilEnd }
    guard let length = Int(length), length >= 0 else {
      throw .malformed(path: path, what: "its length is no number")
    }
    return .length(left: length)
  }

  /// Gives every further line so long.
  mutating func expectEveryLine(within patience: Duration) {
    linePatience = patience
    connection.restart(patience)
  }

  /// The whole body.
  mutating func wholeBody() throws(StatusClientError) -> [UInt8] {
    var body: [UInt8] = []
    while let part = try nextPart() {
      body += part
      guard body.count <= HTTPExchange.bodyMax else {
        throw .malformed(path: connection.path, what: "it is larger than \(HTTPExchange.bodyMax) bytes")
      }
    }
    return body
  }

  /// The next line of the body; nil after the last.
  mutating func nextLine() throws(StatusClientError) -> [UInt8]? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(pending[..<end])
        pending.removeSubrange(...end)
        if let linePatience { connection.restart(linePatience) }
        return line
      }
      guard pending.count <= HTTPExchange.lineMax else {
        throw .malformed(path: connection.path, what: "a line never ends")
      }
      guard let part = try nextPart() else {
        defer { pending = [] }
        return pending.isEmpty ? nil : pending
      }
      pending += part
    }
  }

  /// The next bytes of the body, however it is framed; nil after the last.
  private mutating func nextPart() throws(StatusClientError) -> [UInt8]? {
    switch framing {
    case .ended: return nil
    case .untilEnd:
      let part = try connection.some(HTTPExchange.lineMax)
      return part.isEmpty ? nil : part
    case .length(let left):
      guard left > 0 else { return nil }
      let part = try bytes(left)
      framing = .length(left: left - part.count)
      return part
    case .chunked(let left):
      let size = left > 0 ? left : try nextChunkSize()
      guard size > 0 else {
        while let line = try connection.line(bytesMax: HTTPExchange.lineMax), !line.isEmpty {}
        framing = .ended
        return nil
      }
      let part = try bytes(size)
      // A chunk ends with an empty line.
      if part.count == size { _ = try connection.line(bytesMax: 2) }
      framing = .chunked(left: size - part.count)
      return part
    }
  }

  private mutating func nextChunkSize() throws(StatusClientError) -> Int {
    guard let line = try connection.line(bytesMax: 1024) else { throw .brokenOff(path: connection.path) }
    let digits = String(decoding: line.prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
    guard let size = Int(digits, radix: 16), (0...HTTPExchange.bodyMax).contains(size) else {
      throw .malformed(path: connection.path, what: "a chunk's size is no number")
    }
    return size
  }

  private mutating func bytes(_ count: Int) throws(StatusClientError) -> [UInt8] {
    let part = try connection.some(count)
    guard !part.isEmpty else { throw .brokenOff(path: connection.path) }
    return part
  }
}
