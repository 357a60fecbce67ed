import Calendar
import Fixtures
import Reconciliation
import Specification
import StatusAPI
import StatusClient
import StatusServer
import Testing

@Suite struct StatusTests {
  @Test("status shows every environment, its resources, what holds and what comes next")
  func status() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "Mon..Fri 07:00-20:00", "south": "always"]))
      await served.town.rust(shutter("staging", "south"))
      let status = try await served.ask(.status)
      #expect(status.at == monday)
      #expect(status.controllers == ["shutters"])
      #expect(status.daemon.version == "1.2.3")
      #expect(status.daemon.lastSequence > 0)
      let staging = try #require(status.environments.first)
      #expect(staging.name == "staging")
      #expect(staging.state == "ready")
      #expect(staging.header?.timezone == "UTC")
      #expect(staging.notKept.map(\.section) == ["budget"])
      #expect(staging.cells["shutters"]?.text == "2 open")
      #expect(staging.resources.map(\.id) == ["staging/shutters/north", "staging/shutters/south"])
      let south = staging.resources[1]
      #expect(south.findings.map(\.code) == ["rust"])
      #expect(south.findings.first?.place?.description == "environments/staging.yaml:20:1")
      #expect(
        staging.next
          == NextBody(
            at: Instant(rfc3339: "2026-11-23T20:00:00Z")!, what: "lower the shutter",
            resource: "staging/shutters/north", moreActions: 0, verb: "lower"))
    }
  }

  @Test("an override is shown until it ends, and its end is what comes next")
  func override() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["south": "always"]))
      let until = monday + .seconds(3600)
      _ = try await served.ask(
        .request("close", RequestBody(scope: "staging", until: until, reason: "a storm")))
      let staging = try #require(try await served.ask(.status).environments.first)
      #expect(staging.state == "closed")
      #expect(staging.cells["shutters"]?.text == "shut")
      #expect(staging.orders.map(\.kind) == ["close"])
      #expect(staging.orders.first?.owner == "owner")
      #expect(staging.orders.first?.reason == "a storm")
      #expect(staging.next?.at == until)
    }
  }

  @Test("a refused file shows its mistakes, and whether the last good version stays in force")
  func refused() async throws {
    try await serving { served in
      let mistake = Mistake(
        place: Place(file: "environments/dev.yaml", line: 3, column: 5), message: "no such key")
      await served.town.tell(adopted("staging", ["south": "always"]))
      for name in ["staging", "dev"] {
        await served.town.tell(
          .refused(
            environment: name, file: "environments/\(name).yaml", mistakes: [mistake], digest: "bad"))
      }
      let status = try await served.ask(.status)
      #expect(status.environments.map(\.state) == ["refused", "ready"])
      #expect(status.environments.map(\.refusal?.lastGoodIsInForce) == [false, true])
      #expect(
        status.environments[0].refusal?.mistakes.first?.place.description == "environments/dev.yaml:3:5")
      await served.town.tell(.released(environment: "staging"))
      let released = try await served.ask(.status).environments[1]
      #expect(released.state == "released")
      #expect(released.isReleased)
    }
  }

  @Test("a caller sees the environments that its roles may read, and the names of those nobody can know")
  func sight() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["south": "always"]))
      await served.town.tell(adopted("production", ["gate": "always"], readers: ["operations"]))
      await served.town.tell(
        .refused(
          environment: "dev", file: "environments/dev.yaml",
          mistakes: [Mistake(place: Place(file: "dev.yaml"), message: "secret in it")], digest: "bad"))
      served.town.introduce(0, as: Caller(name: "dora", roles: ["developers"], isOwner: false))
      let status = try await served.ask(.status)
      #expect(status.environments.map(\.name) == ["dev", "staging"])
      #expect(status.environments[0].refusal?.mistakeCount == 1)
      #expect(status.environments[0].refusal?.mistakes.isEmpty == true)
      #expect(try await served.ask(.plan()).resources.map(\.id) == ["staging/shutters/south"])
      let events = try await served.ask(.events()).events
      #expect(!events.isEmpty)
      #expect(events.allSatisfy { $0.scope?.hasPrefix("production") != true })
      #expect(try await served.refusal(.why("production/shutters/gate")).status == 404)
      #expect(try await served.refusal(.plan(environment: "production")).status == 404)
      var query = EventsQuery()
      query.scope = "production"
      #expect(try await served.refusal(.events(query)).status == 404)
    }
  }

  @Test("a caller without a role is turned away, and that is an event with its name")
  func turnedAway() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["south": "always"]))
      served.town.introduce(0, as: Caller(name: "mallory", roles: [], isOwner: false))
      for path in ["/v1/status", "/metrics", "/v1/events", "/v1/plan", "/v1/forecast"] {
        let peer = try RawPeer(served.path)
        peer.send("GET \(path) HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n")
        #expect(try await onOwnThread { peer.read() }?.hasPrefix("HTTP/1.1 403 ") == true)
      }
      #expect(try await served.ask(.version).version == "1.2.3")
      let denials = await served.town.log.filter { $0.kind == .denied }
      #expect(Set(denials.map(\.actor)) == ["mallory"])
      #expect(denials.first?.message.contains("GET /v1/status") == true)
    }
  }

  @Test("a status that has not changed is rendered once")
  func renderedOnce() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["south": "always"]))
      let client = served.client
      let first = try await onOwnThread { try client.ask(.status).bytes }
      let second = try await onOwnThread { try client.ask(.status).bytes }
      #expect(first == second)
      await served.town.rust(shutter("staging", "south"))
      let third = try await onOwnThread { try client.ask(.status).bytes }
      #expect(third != first)
    }
  }
}
