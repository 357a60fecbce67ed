import Calendar
import Fixtures
import OpenSSL
import Reconciliation
import Specification
import Testing

@testable import Certificates

@Suite("Every plan for certificates")
struct PropertyTests {
  static let seeds: [UInt64] = (0..<400).map { Dice.seed &+ $0 }
  private let now = Instant(rfc3339: "2026-10-25T00:30:00Z")!

  private struct World {
    var spec: CertificatesSpec
    var seen: CertificatesObserved
    var demands: [String: Demand]
  }

  private func world(_ random: inout Dice) throws -> World {
    func maybe<T>(_ value: T) -> T? { Bool.random(using: &random) ? value : nil }
    func moment() -> Instant {
      now + .seconds(Int64([3_000, 90_000, 4_000_000].randomElement(using: &random)!))
        * Double.random(in: -1...0.3, using: &random)
    }
    func certificate(_ name: String) -> Certificate {
      let life = [86_400, 30 * 86_400, 90 * 86_400].randomElement(using: &random)!
      let begin = now - .seconds(life) * Double.random(in: -0.1...1.1, using: &random)
      let hosts = [["a.test"], ["a.test", "b.test"], ["c.test"]].randomElement(using: &random)!
      return Certificate(
        fingerprint: name, hosts: hosts, notBefore: begin, notAfter: begin + .seconds(life), publicKey: name)
    }
    let some = ["1", "2", "3"].map { certificate($0) }
    func one() -> Certificate { some.randomElement(using: &random)! }
    let reload = maybe(["/r"])
    let serves = maybe("a.test:443")
    let spec = CertificatesSpec(
      hosts: ["a.test"], renewBefore: try TimeSpan(["30d", "1d", "1month"].randomElement(using: &random)!),
      file: "/f", key: nil,
      authority: Int.random(in: 0..<5, using: &random) == 0
        ? nil : .init(directory: "https://a.test", email: "o@a.test", challenge: .http(":80"), trust: nil),
      serves: serves, reload: reload)
    typealias Status = CertificatesObserved.Installed.Status
    let status = [Status.missing, .sound, .sound, .sound, .exposed, .unfit, .foreign, .unusable]
      .randomElement(using: &random)!
    var seen = CertificatesObserved(
      installed: .init(status, status == .missing ? nil : one()), staged: maybe(one()),
      isOrdered: Int.random(in: 0..<8, using: &random) == 0, former: maybe(one()),
      port: serves.map { _ in .init(maybe(one())) })
    if seen.isOrdered { seen.staged = nil }
    seen.record.installed = maybe(one().fingerprint)
    seen.record.proved = maybe(one().fingerprint)
    seen.record.rejected = maybe(one().fingerprint)
    seen.record.reloaded = maybe(.init(fingerprint: one().fingerprint, at: moment(), problem: maybe("no")))
    seen.record.ordered = maybe(.init(hosts: ["a.test"], at: moment(), lifeSeconds: 7_776_000))
    if Bool.random(using: &random) {
      let kind = [Trouble.Kind.refused, .limited, .unreachable, .rejected].randomElement(
        using: &random)!
      seen.record.trouble = Trouble(kind, "no", after: nil, at: moment(), notBefore: maybe(moment()))
    }
    let demands =
      maybe(["rotate": Demand(at: now - .seconds(9), owner: "ada", reason: "", sequence: 1)]) ?? [:]
    return World(spec: spec, seen: seen, demands: demands)
  }

  private func plan(_ world: World, at instant: Instant? = nil) -> Plan<CertificatesAction> {
    CertificatesController.plan(
      resource(world.spec), .known(world.seen, at: now), context(at: instant ?? now, demands: world.demands))
  }

  @Test("converges: after what its actions are expected to leave, there is nothing to do", arguments: seeds)
  func converges(seed: UInt64) throws {
    var random = Dice(seed: seed)
    var world = try world(&random)
    var issued = 0
    for _ in 0..<30 {
      guard let action = plan(world).actions.first else {
        #expect(issued <= 1, "seed \(seed)")
        return
      }
      if action.step == .issue { issued += 1 }
      world.seen = CertificatesController.expect(action, of: resource(world.spec), after: world.seen, at: now)
    }
    Issue.record("seed \(seed): still acting after 30 rounds")
  }

  @Test("does not change before it wakes, while the world stays", arguments: seeds)
  func wakes(seed: UInt64) throws {
    var random = Dice(seed: seed)
    let world = try world(&random)
    let first = plan(world)
    #expect(first == plan(world))
    let end = first.wakeAt ?? now + .seconds(86_400 * 400)
    #expect(end > now)
    for part in [0.0, 0.01, 0.3, 0.9, 0.999_999] {
      let then = plan(world, at: min(now + now.distance(to: end) * part, end - .microseconds(1)))
      #expect(then.actions == first.actions, "seed \(seed) at \(part)")
      #expect(then.findings.map(\.code) == first.findings.map(\.code), "seed \(seed) at \(part)")
      #expect(then.findings.map(\.severity) == first.findings.map(\.severity), "seed \(seed) at \(part)")
    }
    #expect(try JSON(encoding: world.seen).decoded(as: CertificatesObserved.self) == world.seen)
    for action in first.actions {
      #expect(try JSON(encoding: action).decoded(as: CertificatesAction.self) == action)
    }
  }

  @Test("never takes a certificate that works away for one that does not", arguments: seeds)
  func keepsWorking(seed: UInt64) throws {
    var random = Dice(seed: seed)
    let world = try world(&random)
    for action in plan(world).actions {
      let status = world.seen.installed.status
      #expect(status != .foreign && status != .unusable, "seed \(seed): \(action)")
      switch action.step {
      case .install:
        let staged = try #require(world.seen.staged)
        #expect(staged.notBefore <= now && now < staged.notAfter && staged.covers("a.test"), "seed \(seed)")
      case .rollback: #expect(try #require(world.seen.former).notAfter > now, "seed \(seed)")
      case .issue: #expect(world.spec.authority != nil && !world.seen.isOrdered, "seed \(seed)")
      case .reload, .finish, .protect: break
      }
    }
  }

  @Test("does nothing without a look")
  func unknown() throws {
    var random = Dice(seed: 1)
    let plan = CertificatesController.plan(
      resource(try world(&random).spec), .unknown(reason: "no state", since: now), context(at: now))
    #expect(plan.actions.isEmpty && plan.findings.isEmpty && plan.state == .unknown && plan.wakeAt != nil)
  }

  @Test(
    "a certificate of thirty days is due after twenty, whatever is written; one of ninety after sixty",
    arguments: [30, 90])
  func due(days: Int64) throws {
    let certificate = Certificate(
      fingerprint: "1", hosts: ["a.test"], notBefore: now, notAfter: now + .seconds(days * 86_400),
      publicKey: "1")
    var random = Dice(seed: 1)
    var spec = try world(&random).spec
    spec.renewBefore = try TimeSpan("60d")
    let due = CertificatesPlanning.due(certificate, spec, .utc)
    #expect(due == now + .seconds(days * 86_400) * 2 / 3)
  }
}
