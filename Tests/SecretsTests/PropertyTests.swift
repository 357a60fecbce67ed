import Calendar
import Fixtures
import Reconciliation
import SecretStore
import Testing

@testable import Secrets

@Suite("Properties of plans of secrets")
struct PropertyTests {
  private struct World {
    let resource: Resource<SecretSpec>
    var seen: SecretObserved
    let now: Instant

    init(_ dice: inout Dice) {
      var written: [(String, Written)] = []
      var header = EnvironmentHeader.staging()
      let kind = ["database-password", "api-key", "signing-key", "fixed"].randomElement(using: &dice)!
      written.append(("kind", .text(kind)))
      if kind == "fixed" {
        written.append(("value", "demo-key-12345"))
      } else {
        if Bool.random(using: &dice) { written.append(("every", "40d")) }
        if Bool.random(using: &dice) { written.append(("overlap", "1d")) }
        if Bool.random(using: &dice) { written.append(("rotate", ["/srv/bin/set"])) }
      }
      if Bool.random(using: &dice) { written.append(("test", ["/srv/bin/test"])) }
      if Bool.random(using: &dice) {
        let isCache = Bool.random(using: &dice)
        written.append(("in", isCache ? "cache/main" : "database/main"))
        let isKept = !written.contains { ["rotate", "overlap"].contains($0.0) } && kind != "fixed"
        if isKept, Bool.random(using: &dice) {
          written.append(("role", "web"))
          if !isCache, Bool.random(using: &dice) { written.append(("pause", "10s")) }
          header.servers["database/main"] = (["socket": "/run/postgresql"] as Written).node()
          header.servers["cache/main"] = (["servers": ["/run/redis.sock"]] as Written).node()
        }
      }
      let hasFile = Bool.random(using: &dice)
      if hasFile { written.append(("file", "/srv/KEY.env")) }
      resource = secret(.mapping(written), of: header)
      now = noon + .seconds(Int64.random(in: -9_000_000...9_000_000, using: &dice))
      seen = SecretObserved()
      fill(kind: kind, hasFile: hasFile, &dice)
    }

    private mutating func fill(kind: String, hasFile: Bool, _ dice: inout Dice) {
      var number = 0
      func made() -> Instant { now - .seconds(Int64.random(in: -100_000...20_000_000, using: &dice)) }
      for _ in 0..<Int.random(in: 0...2, using: &dice) {
        number += Int.random(in: 1...2, using: &dice)
        seen.versions.append(
          SecretVersion(
            number: number, created: made(), phase: .previous,
            overlapUntil: now + .seconds(Int64.random(in: -90_000...90_000, using: &dice)), user: user(&dice))
        )
      }
      for phase in [SecretVersion.Phase.current, [.pending, .set, .tested].randomElement(using: &dice)!]
      where Bool.random(using: &dice) {
        number += 1
        seen.versions.append(SecretVersion(number: number, created: made(), phase: phase, user: user(&dice)))
      }
      if kind == "fixed" {
        seen.written = seen.versions.map(\.number).filter { _ in Bool.random(using: &dice) }
      }
      fillServer(&dice)
      seen.leftover = Int.random(in: 0..<10, using: &dice) == 0
      seen.superseded = Int.random(in: 0..<10, using: &dice) == 0
      guard hasFile else { return }
      let states: [SecretFileSeen] = [
        SecretFileSeen(.missing), SecretFileSeen(.differs), SecretFileSeen(.foreign),
        SecretFileSeen(.exposed),
        SecretFileSeen(.unusable, reason: "it is a symbolic link"), .holds(number),
        .holds(max(1, number - 1)),
        .holds(number, previous: max(1, number - 1)),
      ]
      seen.file = states.randomElement(using: &dice)
    }

    private func user(_ dice: inout Dice) -> String? {
      resource.spec.account?.users.randomElement(using: &dice)
    }

    private mutating func fillServer(_ dice: inout Dice) {
      guard resource.spec.account != nil else { return }
      seen.server = ServerSeen()
      guard seen.versions.contains(where: { $0.phase == .current }) else { return }
      let older = seen.versions.last { $0.phase == .previous }?.number
      seen.server =
        [
          ServerSeen(login: .works), ServerSeen(login: .refused), ServerSeen(login: .refused, older: older),
          ServerSeen(login: .unasked), ServerSeen(login: .refused, refusal: "there is no role web"),
          ServerSeen(unknown: "it is down"),
        ].randomElement(using: &dice)
      guard resource.spec.account?.server.takesSeveral == true, seen.server?.unknown == nil else { return }
      func places() -> [String]? { Bool.random(using: &dice) ? ["/run/redis.sock"] : nil }
      seen.server?.strangers = places()
      seen.server?.forgetful = places()
      seen.server?.open = places()
    }

    func plan(at instant: Instant) -> Plan<SecretAction> {
      SecretsController.plan(
        resource, .known(seen, at: instant), PlanContext(now: instant, environment: .staging()))
    }
  }

  @Test("acting as planned leaves nothing to do, and never makes two versions on their way")
  func converges() {
    var dice = Dice(seed: Dice.seed)
    for round in 0..<5000 {
      var world = World(&dice)
      var steps = 0
      while let action = world.plan(at: world.now).actions.first {
        world.seen = SecretsController.expect(action, of: world.resource, after: world.seen, at: world.now)
        #expect(world.seen.versions.filter(\.phase.isUnderway).count <= 1)
        steps += 1
        #expect(steps < 20, "seed \(Dice.seed), round \(round): \(world.seen)")
        if steps >= 20 { return }
      }
    }
  }

  @Test("until the plan wakes, time alone changes neither its actions nor its findings")
  func wakes() {
    var dice = Dice(seed: Dice.seed)
    for round in 0..<5000 {
      let world = World(&dice)
      let plan = world.plan(at: world.now)
      let end = plan.wakeAt ?? world.now + days(4000)
      #expect(end > world.now, "seed \(Dice.seed), round \(round)")
      let length = world.now.distance(to: end).components.seconds
      for share in [0.0, 0.3, 0.99, 1.0] {
        let moment = min(world.now + .seconds(Int64(Double(length) * share)), end - .microseconds(1))
        let later = world.plan(at: max(world.now, moment))
        #expect(later.actions == plan.actions, "seed \(Dice.seed), round \(round), \(moment): \(world.seen)")
        #expect(
          later.findings == plan.findings, "seed \(Dice.seed), round \(round), \(moment): \(world.seen)")
      }
    }
  }

  @Test("the same inputs give the same plan, cells fit, and a failed look gives nothing to do")
  func pure() {
    var dice = Dice(seed: Dice.seed)
    for _ in 0..<2000 {
      let world = World(&dice)
      let plan = world.plan(at: world.now)
      #expect(plan == world.plan(at: world.now))
      #expect(plan.cell.count <= 14, "\(plan.cell)")
      let context = PlanContext(now: world.now, environment: .staging())
      let blind = SecretsController.plan(world.resource, .unknown(reason: "x", since: world.now), context)
      #expect(blind.actions.isEmpty)
    }
  }
}
