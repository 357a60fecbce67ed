import Calendar
import Reconciliation
import StatusAPI
import StatusServer
import Testing

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

  @Test("forecasts are worked out one at a time, and a second one is told to come back")
  func busy() async throws {
    var limits = ServerLimits()
    limits.heavyMax = 0
    try await serving(limits) { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      let refusal = try await served.refusal(.forecast(days: 1))
      #expect(refusal.status == 503)
      #expect(refusal.error.code == "busy")
      #expect(try await served.refusal(.verify()).status == 503)
    }
  }
}
