import Fixtures
import StatusAPI
import StatusServer
import Testing

@Suite struct HostileTests {
  /// A request that is right.
  static let good = "GET /v1/version HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n"

  @Test(
    "what is no HTTP is answered with 400 and closed",
    arguments: [
      "\0\0\0\0\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GE\0T / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nA\0B: c\r\n\r\n", "GET / HTTP/1.1\r\nA: b\0c\r\n\r\n",
      "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
      "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
      "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "POST /v1/requests/open HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "POST /v1/requests/open HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 100) + "\r\n",
      "GET / HTTP/1.1\r\na: " + String(repeating: "b", count: 100_000) + "\r\n\r\n",
      "GET /" + String(repeating: "b", count: 1_000_000) + " HTTP/1.1\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ])
  func malformed(_ text: String) async throws {
    try await serving { served in
      let peer = try RawPeer(served.path)
      let answer = try #require(
        try await onOwnThread {
          peer.send(text)
          return peer.read()
        }, "closed")
      #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer.prefix(200))")
      #expect(try await served.ask(.version).api == 1)
    }
  }

  @Test("a million headers cost a 400 and no more")
  func millionHeaders() async throws {
    try await serving { served in
      let peer = try RawPeer(served.path)
      let answer = try await onOwnThread {
        peer.send("GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 1_000_000))
        return peer.read()
      }
      #expect(answer?.hasPrefix("HTTP/1.1 400 ") == true)
    }
  }

  @Test(
    "a body that is too large is refused before it is read, or as soon as it is",
    arguments: [
      "Content-Length: 8388608\r\n", "Transfer-Encoding: chunked\r\n",
    ])
  func largeBody(_ header: String) async throws {
    try await serving { served in
      let peer = try RawPeer(served.path)
      let answer = try await onOwnThread {
        peer.send("POST /v1/requests/open HTTP/1.1\r\nHost: s\r\n\(header)\r\n")
        let chunk = String(repeating: "x", count: 0x10000)
        for _ in 0..<128 {
          let text = header.hasPrefix("T") ? "10000\r\n\(chunk)\r\n" : chunk
          guard peer.send(text) == text.utf8.count else { break }
        }
        return peer.read()
      }
      #expect(answer?.hasPrefix("HTTP/1.1 413 ") == true)
      #expect(answer?.contains("larger than 65536 bytes") == true)
    }
  }

  @Test("a large body to what takes none does not keep the connection")
  func unreadBody() async throws {
    try await serving { served in
      let peer = try RawPeer(served.path)
      let answer = try await onOwnThread {
        peer.send("GET /v1/version HTTP/1.1\r\nHost: s\r\nContent-Length: 8388608\r\n\r\nxxxx")
        return peer.read()
      }
      #expect(answer?.hasPrefix("HTTP/1.1 200 ") == true)
    }
  }

  @Test(
    "a path that is not there, a method that is not meant and an odd target get words",
    arguments: [
      ("GET", "/"), ("GET", "/v2/status"), ("POST", "/v1/status"), ("DELETE", "/v1/status"),
      ("GET", "/v1/requests/open"), ("GET", "//v1//status/.."), ("GET", "/%00%ff%zz"), ("OPTIONS", "*"),
      ("GET", "/v1/requests/"),
    ])
  func unknown(_ method: String, _ target: String) async throws {
    try await serving { served in
      let peer = try RawPeer(served.path)
      peer.send("\(method) \(target) HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n")
      let answer = try #require(try await onOwnThread { peer.read() })
      #expect(answer.hasPrefix("HTTP/1.1 40"), "\(answer)")
    }
  }

  @Test("requests that come all at once are answered one after the other")
  func pipelining() async throws {
    try await serving { served in
      let peer = try RawPeer(served.path)
      let answer = try #require(
        try await onOwnThread {
          peer.send(
            String(repeating: "GET /v1/version HTTP/1.1\r\nHost: s\r\n\r\n", count: 15) + HostileTests.good)
          return peer.read()
        })
      #expect(answer.components(of: "HTTP/1.1 200 ") == 16)
    }
  }

  @Test("one who asks far ahead of the answers is cut off, and costs others nothing, whether he reads or not")
  func farAhead() async throws {
    try await serving { served in
      let flood = String(repeating: "GET /v1/openapi.json HTTP/1.1\r\nHost: s\r\n\r\n", count: 20_000)
      async let peers = onOwnThread { () throws -> [(sent: Int, answer: String?)] in
        try (0..<50).map { _ in
          let peer = try RawPeer(served.path)
          let sent = peer.send(flood)
          return (sent, peer.read())
        }
      }
      var slowest = Duration.zero
      for _ in 0..<20 {
        let start = ContinuousClock.now
        _ = try await served.ask(.version)
        slowest = max(slowest, ContinuousClock.now - start)
      }
      #expect(slowest < .seconds(2))
      for (sent, answer) in try await peers {
        #expect(sent < flood.utf8.count)
        #expect((answer ?? "").components(of: "HTTP/1.1 200 ") <= 16)
      }
    }
  }

  @Test("one who pipelines and never reads is cut off, and others are served meanwhile")
  func pipeliningUnread() async throws {
    var limits = ServerLimits()
    limits.unreadWithin = .milliseconds(400)
    try await serving(limits) { served in
      let peer = try RawPeer(served.path)
      async let sent = onOwnThread {
        peer.send(String(repeating: "GET /v1/version HTTP/1.1\r\nHost: s\r\n\r\n", count: 200_000))
      }
      #expect(try await served.ask(.version).api == 1)
      #expect(try await sent < 200_000 * 38)
    }
  }

  @Test("a peer that has said all and closed its half still gets its answer")
  func halfClosed() async throws {
    try await serving { served in
      let peer = try RawPeer(served.path)
      peer.send("GET /v1/version HTTP/1.1\r\nHost: s\r\n\r\n")
      peer.finishSending()
      #expect(try await onOwnThread { peer.read() }?.hasPrefix("HTTP/1.1 200 ") == true)
      let cut = try RawPeer(served.path)
      cut.send("GET /v1/ver")
      cut.finishSending()
      #expect(try await onOwnThread { cut.isClosed() })
      let short = try RawPeer(served.path)
      short.send("POST /v1/requests/end HTTP/1.1\r\nHost: s\r\nContent-Length: 100\r\n\r\n{")
      short.finishSending()
      #expect(try await onOwnThread { short.isClosed() })
    }
  }

  @Test(
    "a peer that says nothing, half a request or a body by drops is closed in time",
    arguments: [
      "", "GET /v1/sta", "POST /v1/requests/end HTTP/1.1\r\nHost: s\r\nContent-Length: 100\r\n\r\n{",
    ])
  func silent(_ text: String) async throws {
    var limits = ServerLimits()
    limits.requestWithin = .milliseconds(300)
    try await serving(limits) { served in
      let peer = try RawPeer(served.path)
      peer.send(text)
      #expect(try await onOwnThread { peer.isClosed() })
    }
  }

  @Test("a kept connection is closed when it has been idle for long, not before")
  func idle() async throws {
    var limits = ServerLimits()
    limits.requestWithin = .seconds(1)
    limits.idleWithin = .milliseconds(2500)
    try await serving(limits) { served in
      let peer = try RawPeer(served.path)
      let start = ContinuousClock.now
      peer.send("GET /v1/version HTTP/1.1\r\nHost: s\r\n\r\n")
      #expect(try await onOwnThread { peer.isClosed() })
      #expect(ContinuousClock.now - start >= .milliseconds(2400))
    }
  }

  @Test("two hundred stuck peers keep nobody from being served, quickly")
  func stuckPeers() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      var peers: [RawPeer] = []
      for index in 0..<200 {
        peers.append(try RawPeer(served.path))
        peers.last?.send(["", "G", "POST /v1/requests/end HTTP/1.1\r\nContent-Length: 9\r\n\r\n"][index % 3])
      }
      var slowest = Duration.zero
      for _ in 0..<50 {
        let start = ContinuousClock.now
        _ = try await served.ask(.status)
        slowest = max(slowest, ContinuousClock.now - start)
      }
      #expect(slowest < .seconds(2))
      #expect(peers.count == 200)
    }
  }

  @Test("when one user has too many connections, the oldest idle one makes way for the newest")
  func tooMany() async throws {
    var limits = ServerLimits()
    limits.connectionsPerUserMax = 5
    try await serving(limits) { served in
      var peers: [RawPeer] = []
      for _ in 0..<8 {
        let peer = try RawPeer(served.path)
        // Answered, and so surely accepted before the next one.
        peer.send("GET /v1/version HTTP/1.1\r\nHost: s\r\n\r\n")
        let answer = try await onOwnThread { peer.read(atMost: 12) }
        #expect(answer == "HTTP/1.1 200")
        peers.append(peer)
      }
      for old in peers.prefix(3) {
        let isClosed = try await onOwnThread { old.isClosed() }
        #expect(isClosed)
      }
      let newest = peers[7]
      newest.send(HostileTests.good)
      let answer = try await onOwnThread { newest.read() }
      // The rest of the first answer, and the second one.
      #expect(answer?.components(of: "HTTP/1.1 200 ") == 1)
    }
  }
}

extension String {
  /// How often `part` occurs.
  func components(of part: String) -> Int {
    let text = Array(utf8)
    let part = Array(part.utf8)
    guard text.count >= part.count else { return 0 }
    return (0...(text.count - part.count)).count { text[$0..<($0 + part.count)].elementsEqual(part) }
  }
}
