import Calendar
import Fixtures
import Reconciliation
import StatusAPI
import Testing

@testable import StatusServer

@Suite struct PlanTests {
  @Test("the plan of a later moment says what would be done then, and nothing of it happens")
  func later() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "Mon..Fri 07:00-20:00"]))
      let before = await served.town.log.count
      #expect(try await served.ask(.plan()).differs == false)
      let plan = try await served.ask(.plan(at: Instant(rfc3339: "2026-11-23T21:00:00Z")!))
      #expect(!plan.isNow)
      #expect(plan.differs)
      let action = try #require(plan.resources.first?.actions.first)
      #expect(action.verb == "lower")
      #expect(action.hold == nil)
      #expect(plan.resources.first?.underWay == nil)
      #expect(await served.town.log.count == before)
    }
  }

  @Test("what cannot be looked at is no ground for saying that nothing is to do")
  func unknown() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "Mon..Fri 07:00-20:00"]))
      #expect(try await served.ask(.plan()).differs == false)
      await served.town.tell(.observed(shutter("staging", "north"), .unknown(reason: "fog", since: monday)))
      let plan = try await served.ask(.plan())
      #expect(plan.resources.map(\.state) == ["unknown"])
      #expect(plan.differs)
    }
  }

  @Test("an action that needs an approval shows what to approve, now and then, and approving lets it happen")
  func approval() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "Mon..Fri 07:00-20:00"], risk: .disruptive))
      let held = try await served.ask(.plan(environment: "staging"))
      let action = try #require(held.resources.first?.actions.first)
      #expect(held.resources.first?.state == "waiting")
      #expect(action.verb == "raise")
      #expect(action.risk == "disruptive")
      #expect(action.hold?.endedBy.hasPrefix("steward approve staging/shutters/north ") == true)
      let then = try await served.ask(.plan(at: monday + .seconds(60)))
      #expect(then.resources.first?.actions.first?.digest == action.digest)
      served.town.introduce(0, as: Caller(name: "rita", roles: ["release-engineer"], isOwner: false))
      let answer = try await served.ask(
        .request("approve", RequestBody(scope: "staging/shutters/north", digest: action.digest)))
      #expect(answer.message.hasPrefix("rita approves"))
      served.town.introduce(0, as: Caller(name: "root", roles: [], isOwner: true))
      #expect(try await served.ask(.plan()).differs == false)
    }
  }

  @Test("a forecast says what happens day by day")
  func forecast() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "Mon..Fri 07:00-20:00"]))
      await served.town.tell(adopted("production", ["gate": "Mon..Fri 08:00-09:00"]))
      let forecast = try await served.ask(.forecast(days: 7, environment: "staging"))
      let actions = forecast.lines.filter { $0.kind == "intended" }
      #expect(actions.count == 10)
      #expect(actions.first?.at == Instant(rfc3339: "2026-11-23T20:00:00Z")!)
      #expect(actions.map(\.verb).prefix(3) == ["lower", "raise", "lower"])
      #expect(actions.allSatisfy { $0.scope == "staging/shutters/north" && $0.risk == "safe" })
      #expect(!forecast.isCutOff)
      let refusal = try await served.refusal(.forecast(days: 5000))
      #expect(refusal.status == 400)
      #expect(refusal.error.message == "`days` must be a number from 1 to 366")
    }
  }

  @Test("why tells the rule with its line, what was seen, and the last events")
  func why() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "Mon..Fri 07:00-20:00"]))
      let why = try await served.ask(.why("staging/shutters/north"))
      #expect(why.resource.headline == "open, as written")
      #expect(why.reasons.first?.label == "rule")
      #expect(why.reasons.first?.place?.description == "environments/staging.yaml:11:1")
      #expect(why.observation?.value == .object(["isOpen": .bool(true), "isRusty": .bool(false)]))
      #expect(why.lastDone.map(\.verb) == ["raise"])
      #expect(why.attempts.map(\.count) == [1])
      #expect(why.events.map(\.kind) == ["intended", "done"])
      #expect(why.events.map(\.sequence) == why.events.map(\.sequence).sorted())
      let refusal = try await served.refusal(.why("staging/shutters/nort"))
      #expect(refusal.status == 404)
      #expect(refusal.error.hint == "there are: staging/shutters/north")
    }
  }

  @Test("forecasts are worked out one at a time; each user waits in one place, the owner before the others")
  func turns() async throws {
    let turns = Turns(waitingMax: 2)
    var first = await turns.take(for: 1, isFirst: false)
    #expect(first != nil)
    let again = await turns.take(for: 1, isFirst: false)
    #expect(again == nil)
    /// When the user's turn came; it is over at once.
    func turn(of uid: UInt32, isFirst: Bool) -> Task<ContinuousClock.Instant?, Never> {
      Task { await turns.take(for: uid, isFirst: isFirst).map { _ in .now } }
    }
    let second = turn(of: 2, isFirst: false)
    try await eventually { turns.count == 2 }
    let root = turn(of: 0, isFirst: true)
    try await eventually { turns.count == 3 }
    let crowded = await turns.take(for: 4, isFirst: false)
    #expect(crowded == nil)
    withExtendedLifetime(first) {}
    first = nil
    let (rootAt, secondAt) = (await root.value, await second.value)
    #expect(try #require(rootAt) < #require(secondAt))
    #expect(turns.count == 0)
  }

  @Test("a forecast that takes too long is told as far as it came, and one whose caller is gone ends")
  func patience() async throws {
    var limits = ServerLimits()
    limits.forecastWithin = .milliseconds(300)
    try await serving(limits) { served in
      let hours = (0..<60).map { "00:\($0 < 10 ? "0" : "")\($0)-23:\($0 < 10 ? "0" : "")\($0)" }
      await served.town.tell(
        adopted("staging", Dictionary(uniqueKeysWithValues: hours.enumerated().map { ("s\($0)", $1) })))
      let start = ContinuousClock.now
      let body = try await served.ask(.forecast(days: 366))
      #expect(body.isCutOff && body.to < body.from + .seconds(366 * 86_400))
      #expect(ContinuousClock.now - start < .seconds(10))
    }
    limits.forecastWithin = .seconds(3_600)
    try await serving(limits) { served in
      let hours = (0..<60).map { "00:\($0 < 10 ? "0" : "")\($0)-23:\($0 < 10 ? "0" : "")\($0)" }
      await served.town.tell(
        adopted("staging", Dictionary(uniqueKeysWithValues: hours.enumerated().map { ("s\($0)", $1) })))
      do {
        let peer = try RawPeer(served.path)
        peer.send("GET /v1/forecast?days=366 HTTP/1.1\r\nHost: s\r\n\r\n")
      }
      // Served as soon as the turn of the one who has gone is over: long before a year was run.
      try await eventually(within: .seconds(20)) {
        (try? await served.ask(.forecast(days: 1))) != nil
      }
    }
  }
}
