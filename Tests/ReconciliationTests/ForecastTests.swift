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
    let forecast = Forecast(of: world.reconciler, from: start, to: start + .seconds(86_400))
    let before = world.log.count
    world.wait(.seconds(86_400))
    let happened = world.log[before...].map { "\($0.at) \($0.kind) \($0.message)" }
    #expect(forecast.events.map { "\($0.at) \($0.kind) \($0.message)" } == happened)
    #expect(!happened.isEmpty)
    #expect(!forecast.isCutOff)
  }

  @Test("a plan that never rests ends the forecast instead of the daemon")
  func neverRests() {
    var world = World()
    world.outcomes[World.lamp("hall")] = .success(false)
    world.tell(environment(["hall": 2]))
    let forecast = Forecast(of: world.reconciler, from: world.now, to: world.now + .seconds(86_400 * 365))
    #expect(forecast.events.contains { $0.kind == .intended })
  }

  @Test("what is unknown stays unknown")
  func unknown() {
    var world = World()
    world.unknown = [World.lamp("hall")]
    world.tell(environment(["hall": 2]))
    let forecast = Forecast(of: world.reconciler, from: world.now, to: world.now + .seconds(86_400))
    #expect(!forecast.events.contains { $0.kind == .intended })
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
