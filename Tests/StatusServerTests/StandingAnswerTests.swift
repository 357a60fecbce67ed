import Fixtures
import FoundationEssentials
import Reconciliation
import StatusAPI
import StatusServer
import Testing

/// A connection that is kept, and the same question over and over: the answer comes from what was answered before
/// while that is true, and never any longer.
@Suite struct StandingAnswerTests {
  static let question = "GET /v1/status HTTP/1.1\r\nHost: s\r\n\r\n"

  @Test("what is asked again on a kept connection is answered with the same bytes")
  func again() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["south": "always"]))
      let peer = try RawPeer(served.path)
      let first = try await ask(peer)
      #expect(first.contains("HTTP/1.1 200 OK"))
      #expect(first.lowercased().contains("steward-api: 1"))
      for _ in 0..<20 { #expect(try await ask(peer) == first) }
    }
  }

  @Test("an event that is recorded is in the very next answer")
  func neverStale() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["south": "always"]))
      let peer = try RawPeer(served.path)
      for round in 0..<200 {
        if round % 2 == 0 {
          let verb = round % 4 == 0 ? "suspend" : "resume"
          _ = try await served.ask(.request(verb, RequestBody(scope: "staging", reason: "round \(round)")))
        }
        let recorded = try #require(await served.town.log.last?.sequence)
        let status = try await body(of: ask(peer))
        #expect(status.daemon.lastSequence == recorded)
        #expect(status.environments.first?.orders.isEmpty == (round % 4 >= 2))
      }
    }
  }

  @Test("a role that is given or taken counts from the very next request on the same connection")
  func roles() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["south": "always"]))
      let peer = try RawPeer(served.path)
      for _ in 0..<10 {
        served.town.introduce(0, as: Caller(name: "dora", roles: [], isOwner: false))
        #expect(try await ask(peer).hasPrefix("HTTP/1.1 403 "))
        served.town.introduce(0, as: Caller(name: "dora", roles: ["developers"], isOwner: false))
        #expect(try await ask(peer).hasPrefix("HTTP/1.1 200 "))
        #expect(try await ask(peer).hasPrefix("HTTP/1.1 200 "))
      }
    }
  }

  @Test("answers that stand and answers that do not come in the order in which they were asked for")
  func order() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["south": "always"]))
      let version = "GET /v1/version HTTP/1.1\r\nHost: s\r\n\r\n"
      let asked = (0..<14).map { $0 % 3 == 0 ? version : StandingAnswerTests.question }
      for _ in 0..<20 {
        let peer = try RawPeer(served.path)
        _ = try await ask(peer)
        peer.send(asked.joined() + HostileTests.good + StandingAnswerTests.question)
        let answers = try #require(try await onOwnThread { peer.read() })
        let bodies = answers.split(separator: "\r\n\r\n").dropFirst().map { $0.prefix(12) }
        #expect(bodies.count == 15, "what comes after the last request is not answered")
        for (place, body) in bodies.enumerated() {
          let isVersion = place % 3 == 0 || place == 14
          #expect(body.hasPrefix(isVersion ? "{\"api\":1" : "{\"at\":"), "answer \(place): \(body)")
        }
      }
    }
  }

  @Test("one who asks the same without end and never reads is cut off like any other")
  func unread() async throws {
    var limits = ServerLimits()
    limits.unreadWithin = .milliseconds(400)
    try await serving(limits) { served in
      await served.town.tell(adopted("staging", ["south": "always"]))
      let peer = try RawPeer(served.path)
      _ = try await ask(peer)
      async let sent = onOwnThread {
        peer.send(String(repeating: StandingAnswerTests.question, count: 200_000))
      }
      #expect(try await served.ask(.version).api == 1)
      #expect(try await sent < 200_000 * StandingAnswerTests.question.utf8.count)
    }
  }

  @Test("a request with a body, a condition or a farewell is none that was answered before")
  func otherwise() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["south": "always"]))
      let peer = try RawPeer(served.path)
      _ = try await ask(peer)
      #expect(
        try await ask(peer, "GET /v1/status HTTP/1.1\r\nHost: s\r\nContent-Length: 3\r\n\r\nabc")
          .hasPrefix("HTTP/1.1 200 "))
      #expect(
        try await ask(peer, "GET /v1/status?x=y HTTP/1.1\r\nHost: s\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
      peer.send("GET /v1/status HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n")
      let last = try await onOwnThread { peer.read() }
      #expect(last?.components(of: "HTTP/1.1 200 ") == 1, "and then it is closed")
    }
  }

  /// Asks and reads one answer.
  private func ask(_ peer: RawPeer, _ question: String = question) async throws -> String {
    try #require(
      try await onOwnThread {
        peer.send(question)
        var answer = ""
        while !answer.hasSuffix("\n") || !answer.contains("\r\n\r\n") || answer.hasSuffix("\r\n\r\n") {
          guard let more = peer.read(atMost: 1), !more.isEmpty else { return nil }
          answer += more
        }
        return answer
      })
  }

  private func body(of answer: String) throws -> StatusBody {
    let start = try #require(answer.ranges(of: "\r\n\r\n").first).upperBound
    return try JSONDecoder().decode(StatusBody.self, from: Data(answer[start...].utf8))
  }
}
