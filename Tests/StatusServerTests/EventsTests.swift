import Calendar
import Fixtures
import Glibc
import Reconciliation
import StatusAPI
import StatusClient
import StatusServer
import Synchronization
import Testing

@Suite struct EventsTests {
  private func events(
    of served: Served, _ change: (inout EventsQuery) -> Void
  ) async throws -> [EventBody] {
    var query = EventsQuery()
    change(&query)
    return try await served.ask(.events(query)).events
  }

  @Test("events are filtered by what is asked, and come oldest first")
  func filters() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always", "south": "always"]))
      await served.town.rust(shutter("staging", "south"))
      let all = try await events(of: served) { _ in }
      #expect(all.map(\.sequence) == Array(1...Int64(all.count)))
      #expect(all.first?.name == "files.adopted")
      #expect(try await events(of: served) { $0.limit = 2 }.map(\.sequence) == all.suffix(2).map(\.sequence))
      #expect(
        try await events(of: served) { ($0.after, $0.limit) = (1, 2) }.map(\.sequence) == [2, 3])
      #expect(try await events(of: served) { $0.kinds = ["done"] }.allSatisfy { $0.kind == "done" })
      #expect(try await events(of: served) { $0.severity = "warning" }.map(\.kind) == ["finding"])
      #expect(
        try await events(of: served) { $0.scope = "staging/shutters/south" }.map(\.kind) == [
          "intended", "done", "finding",
        ])
      #expect(try await events(of: served) { $0.actor = "nobody" }.isEmpty)
      #expect(try await events(of: served) { $0.since = monday + .seconds(1) }.isEmpty)
      #expect(try await events(of: served) { $0.until = monday }.isEmpty)
    }
  }

  @Test("a filter that is not known or not readable is refused, not ignored")
  func badFilters() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      for (query, words) in [
        ("sevrity=warning", "there is no `sevrity` here"), ("severity=loud", "there is no severity `loud`"),
        ("kind=dona", "there is no kind of event `dona`"), ("limit=0", "`limit` must be a number"),
        ("limit=9999999999999999999999", "`limit` must be a number"), ("after=-1", "`after` must be"),
        ("since=yesterday", "`since` is no timestamp"), ("follow=maybe", "`follow` must be"),
        ("scope=a//b", "`scope` is no environment"), ("scope=%00", "`scope` is no environment"),
      ] {
        let peer = try RawPeer(served.path)
        peer.send("GET /v1/events?\(query) HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n")
        let answer = try #require(try await onOwnThread { peer.read() })
        #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(query): \(answer)")
        #expect(answer.contains(words), "\(answer)")
      }
    }
  }

  @Test("the log can be verified")
  func verify() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      let found = try await served.ask(.verify())
      #expect(found.isIntact)
      #expect(found.head == "00ff")
    }
  }

  @Test(
    "the end of the log can be had, and the log be verified against it and as many more as a request holds")
  func checkpoint() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      let kept = try await served.ask(.checkpoint)
      #expect(CheckpointBody(line: kept.line) == kept)
      #expect(try await served.ask(.verify(against: [kept])).isIntact)
      let later = CheckpointBody(sequence: kept.sequence + 1, hash: kept.hash, at: kept.at)
      let many = [CheckpointBody](repeating: kept, count: Endpoint<VerifyBody>.checkpointsMax - 1) + [later]
      let found = try await served.ask(.verify(against: many))
      #expect(!found.isIntact && found.brokenAt == later.sequence)
    }
  }

  @Test("a follower gets what it has not seen, then what happens, without a gap")
  func follow() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      let seen = Mutex<[Int64]>([])
      let client = served.client
      async let following: Void = onOwnThread {
        var query = EventsQuery()
        query.after = 0
        try client.follow(.follow(query)) { line in
          if case .event(let event) = line.body { seen.withLock { $0.append(event.sequence) } }
          return seen.withLock(\.count) < 300
        }
      }
      try await eventually { seen.withLock { !$0.isEmpty } }
      while seen.withLock(\.count) < 300 {
        await served.town.tell(.turnedAway(Caller(name: "x", roles: [], isOwner: false), what: "a"))
        for verb in ["suspend", "resume"] {
          _ = try await served.ask(.request(verb, RequestBody(scope: "staging", reason: "x")))
        }
      }
      try await following
      #expect(seen.withLock { $0 } == Array(1...300))
    }
  }

  @Test("a right that is taken ends what is followed by it, with a word, before the next line")
  func rightsTaken() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      await served.town.tell(adopted("production", ["gate": "always"]))
      served.town.introduce(0, as: Caller(name: "dora", roles: ["developers"], isOwner: false))
      let lines = Mutex<[FollowLine]>([])
      let client = served.client
      let after = Int64(await served.town.log.count)
      async let following: Void = onOwnThread {
        var query = EventsQuery()
        query.after = after
        try client.follow(.follow(query)) { line in
          lines.withLock { $0.append(line.body) }
          return true
        }
      }
      await served.town.rust(shutter("staging", "north"))
      try await eventually { lines.withLock { !$0.isEmpty } }
      // One of the two environments is taken: the stream goes on with the other.
      await served.town.tell(adopted("production", ["gate": "always"], readers: ["operations"]))
      await served.town.rust(shutter("production", "gate"))
      served.town.introduce(0, as: Caller(name: "dora", roles: [], isOwner: false))
      await served.town.tell(adopted("staging", ["north": "always", "south": "always"]))
      try await following
      let told = lines.withLock { $0 }
      guard case .ended(let why)? = told.last else {
        Issue.record("the stream ended without a word")
        return
      }
      #expect(why.contains("may no longer be read"))
      let scopes = told.compactMap { if case .event(let event) = $0 { event.scope } else { nil } }
      #expect(scopes == ["staging/shutters/north"])
    }
  }

  @Test("a follower with a filter gets only that, and one who may see less gets less")
  func followFiltered() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      await served.town.tell(adopted("production", ["gate": "always"], readers: ["operations"]))
      served.town.introduce(0, as: Caller(name: "dora", roles: ["developers"], isOwner: false))
      let scopes = Mutex<[String?]>([])
      let client = served.client
      async let following: Void = onOwnThread {
        var query = EventsQuery()
        query.after = 0
        query.kinds = ["finding", "done"]
        try client.follow(.follow(query)) { line in
          if case .event(let event) = line.body { scopes.withLock { $0.append(event.scope) } }
          return scopes.withLock(\.count) < 2
        }
      }
      try await eventually { scopes.withLock(\.count) == 1 }
      await served.town.rust(shutter("production", "gate"))
      await served.town.rust(shutter("staging", "north"))
      try await following
      #expect(scopes.withLock { $0 } == ["staging/shutters/north", "staging/shutters/north"])
    }
  }

  @Test("a silent stream beats, and the last line says that the daemon stops")
  func heartbeat() async throws {
    var limits = ServerLimits()
    limits.heartbeatEvery = .milliseconds(50)
    try await serving(limits) { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      let lines = Mutex<[FollowLine]>([])
      let client = served.client
      async let following: Void = onOwnThread {
        try client.follow(.follow()) { line in
          lines.withLock { $0.append(line.body) }
          return true
        }
      }
      try await eventually { lines.withLock(\.count) >= 2 }
      #expect(lines.withLock { $0.first } == .heartbeat(monday))
      served.town.feed.finish()
      try await following
      guard case .ended(let why) = lines.withLock({ $0.last }) else {
        Issue.record("the stream ended without its last line")
        return
      }
      #expect(why.hasPrefix("stewardd stops; go on with after="))
    }
  }

  @Test(
    "a follower who does not read is dropped, and costs nobody anything; one who reads slowly misses nothing")
  func slowReader() async throws {
    var limits = ServerLimits()
    limits.unreadWithin = .milliseconds(1500)
    try await serving(limits) { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      let stuck = try RawPeer(served.path)
      stuck.send("GET /v1/events?follow&after=0 HTTP/1.1\r\nHost: s\r\n\r\n")
      try await eventually { served.town.feed.listeners == 1 }
      // Each bears a kilobyte: soon more than any socket's buffer.
      let reason = String(repeating: "x", count: 1000)
      for _ in 0..<400 {
        for verb in ["suspend", "resume"] {
          _ = try await served.ask(.request(verb, RequestBody(scope: "staging", reason: reason)))
        }
      }
      try await eventually { served.town.feed.listeners == 0 }
      let count = await served.town.log.count
      let text = try #require(try await onOwnThread { stuck.read() })
      #expect(text.utf8.count < 4 << 20)

      let seen = Mutex<[Int64]>([])
      let client = served.client
      try await onOwnThread {
        var query = EventsQuery()
        query.after = 0
        try client.follow(.follow(query)) { line in
          // Slower than the server writes, so that its buffers are full all the time.
          usleep(500)
          if case .event(let event) = line.body { seen.withLock { $0.append(event.sequence) } }
          return seen.withLock(\.count) < count
        }
      }
      #expect(seen.withLock { $0 } == Array(1...Int64(count)))
    }
  }

  @Test("a follower who goes away is forgotten at once, and too many are told so")
  func gone() async throws {
    var limits = ServerLimits()
    limits.followersPerUserMax = 2
    try await serving(limits) { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      var peers: [RawPeer] = []
      for _ in 0..<2 {
        peers.append(try RawPeer(served.path))
        peers.last?.send("GET /v1/events?follow HTTP/1.1\r\nHost: s\r\n\r\n")
      }
      try await eventually { served.town.feed.listeners == 2 }
      let third = try RawPeer(served.path)
      third.send("GET /v1/events?follow HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n")
      #expect(try await onOwnThread { third.read() }?.hasPrefix("HTTP/1.1 503 ") == true)
      peers = []
      try await eventually { served.town.feed.listeners == 0 }
    }
  }
}
