import Calendar
import Reconciliation
import Testing

@Suite("The forecast")
struct ForecastTests {
  @Test("what was forecast is what happens, where nothing fails")
  func comesTrue() {
    var world = World()
    world.tell(environment(["hall": 2, "stairs": 0], nightlights: ["stairs"]))
    world.tell(
      .requested(
        Request(
          .close(Scope(environment: "staging"), until: world.now + .seconds(5000), reason: "holiday"),
          by: anna),
        number: 1))
    let start = world.now
    var foreseen: [String] = []
    let forecast = Forecast(of: world.reconciler, from: start, to: start + .seconds(86_400)) { event, _ in
      foreseen.append("\(event.at) \(event.kind) \(event.message)")
    }
    let before = world.log.count
    world.wait(.seconds(86_400))
    let happened = world.log[before...].map { "\($0.at) \($0.kind) \($0.message)" }
    #expect(foreseen == happened)
    #expect(forecast.reconciler.memory.lastSequence == world.reconciler.memory.lastSequence)
    #expect(!happened.isEmpty)
    #expect(!forecast.isCutOff)
  }

  @Test("a plan that never rests ends the forecast instead of the daemon")
  func neverRests() {
    var world = World()
    world.outcomes[World.lamp("hall")] = .success(false)
    world.tell(environment(["hall": 2]))
    var begun = 0
    let forecast = Forecast(
      of: world.reconciler, from: world.now, to: world.now + .seconds(86_400 * 365), stepsMax: 500
    ) { event, _ in
      if event.kind == .intended { begun += 1 }
    }
    #expect(begun > 0)
    #expect(!forecast.isCutOff || forecast.reached < world.now + .seconds(86_400 * 365))
  }

  @Test("a forecast that is cut off says how far it came")
  func cutOff() {
    var world = World()
    world.tell(environment(["hall": 2]))
    let end = world.now + .seconds(86_400 * 365)
    let forecast = Forecast(of: world.reconciler, from: world.now, to: end, stepsMax: 1) { _, _ in }
    #expect(forecast.isCutOff)
    #expect(forecast.reached < end)
  }

  @Test(
    "what happens often and alike is told once, with how often and the last time; what happens rarely, each time"
  )
  func occasions() {
    var occasions = Occasions()
    let reconciler = World().reconciler
    func light(_ count: Int, _ name: String) {
      for index in 0..<count {
        occasions.take(
          Event(
            sequence: Int64(index + 1), at: Instant(seconds: Int64(index) * 60),
            scope: Scope(World.lamp(name)),
            kind: .intended, severity: .info, actor: "steward", cause: nil, message: "light \(index)",
            body: ["verb": "light", "risk": "safe"]), in: reconciler)
      }
    }
    light(Occasions.aloneMax, "stairs")
    light(14_000, "hall")
    let hall = occasions.all.filter { $0.scope == Scope(World.lamp("hall")) }
    #expect(hall.map(\.count) == [14_000])
    #expect(hall.first?.message == "light 0")
    #expect(hall.first?.last == Instant(seconds: 13_999 * 60))
    #expect(
      occasions.all.filter { $0.scope == Scope(World.lamp("stairs")) }.map(\.count)
        == Array(repeating: 1, count: Occasions.aloneMax))
  }

  @Test("what is unknown stays unknown")
  func unknown() {
    var world = World()
    world.unknown = [World.lamp("hall")]
    world.tell(environment(["hall": 2]))
    var begun = 0
    var steps = 0
    _ = Forecast(of: world.reconciler, from: world.now, to: world.now + .seconds(86_400)) { event, _ in
      steps += 1
      if event.kind == .intended { begun += 1 }
    }
    #expect(begun == 0)
    #expect(steps < 10)
  }
}

@Suite("Back-off")
struct BackoffTests {
  @Test("doubles, stays under its longest, is spread, and does not end by resetting itself")
  func pauses() {
    let lamp = World.lamp("hall")
    let pauses = (1...20).map { Backoff(attempts: $0, endedAt: .epoch, resource: lamp).pause }
    #expect(pauses[0] >= .milliseconds(750) && pauses[0] <= .milliseconds(1250))
    #expect(pauses.allSatisfy { $0 <= .seconds(375) })
    #expect(pauses[19] >= .seconds(225))
    let other = Backoff(attempts: 5, endedAt: .epoch, resource: World.lamp("stairs")).pause
    #expect(other != pauses[4])
    for attempts in 1...20 {
      let backoff = Backoff(attempts: attempts, endedAt: .epoch, resource: lamp)
      #expect(!backoff.isSettled(at: backoff.nextAttempt))
    }
  }
}
