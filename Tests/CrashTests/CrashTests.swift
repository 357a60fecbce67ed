import Fixtures
import Glibc
import Testing

/// The real daemon with its real log and real files, killed (SIGKILL) before and after each effect; then the next one
/// starts, and everything must be as written, nothing lost, nothing done twice, nothing left lying about.
@Suite("Killed at any point, the next daemon goes on", .serialized)
struct CrashTests {
  /// Effects on servers, of which the towns have none: by what their names begin with, and where they are tested.
  static let elsewhere: [(prefix: String, tests: String)] = [
    ("lego.", "CertificatesTests"), ("certificates.", "CertificatesTests"), ("issue.", "CertificatesTests"),
    ("install.", "CertificatesTests"), ("file.rights", "CertificatesTests"),
    ("file.mode", "CertificatesTests"), ("finish.former", "CertificatesTests"),
    ("protect.", "CertificatesTests"), ("reload.tell", "CertificatesTests"),
    ("rollback.", "CertificatesTests"), ("cold.", "LogsTests"), ("systemd.", "SystemdTests"),
    ("journal.read", "SystemdTests"), ("unit.", "SystemdTests"), ("units.", "SystemdTests"),
    ("instances.measure", "InstancesTests"), ("polkit.write", "SystemdTests"),
    ("pgbackrest.", "IntegrationTests"), ("cluster.", "IntegrationTests"),
    ("repository.", "IntegrationTests"),
    ("vault.", "SecretStoreTests"), ("secrets.restore", "SecretsTests"), ("cache.", "IntegrationTests"),
    ("role.", "IntegrationTests"), ("sessions.", "IntegrationTests"), ("setting.", "IntegrationTests"),
    ("user.", "IntegrationTests"), ("users.", "IntegrationTests"), ("connections.", "IntegrationTests"),
  ]

  /// Effects that no daemon of these towns has, and why.
  static let unpassed: [String: String] = [
    "child.giveUp": "a process cannot be watched only where descriptors have run out",
    "file.discard": "a write must fail first: a full disk, in EventLogTests and FaultTests",
    "archive.abandon": "the compressor must fail first, in LogsTests",
    "archive.return": "a log must change between its proven copy and its removal, in LogsTests",
    "log.recover": "only where a log was begun and cut off before its first commit",
    "secrets.pass": "an old copy of the store must have come back, in SecretsTests",
  ]

  /// Effects that only a daemon has which finds what a killed one left: by day none may be met.
  static let ofRecoveries: Set = ["command.end"]

  @Test("before and after each effect that there is, by day at some of them")
  func everyPoint() async throws {
    let learned = try await Learned.once.value
    var dice = Dice(seed: Dice.seed)
    let points = learned.points.shuffled(using: &dice)
      .prefix(Nightly.kills.count(120, byNight: learned.points.count))
    let outcomes = try await Army.run(points.map { Kill(first: .at($0)) })
    report(outcomes)

    let killed = outcomes.filter(\.report.hits.first).compactMap { outcome in
      if case .at(let place) = outcome.kill.first { place.point } else { nil }
    }
    let existing = try Effects.named()
    let usual = Set(learned.points.map { Effects.name(of: $0.point) })
    let recovering = Set(outcomes.flatMap(\.report.recovery).map(Effects.name)).subtracting(usual)
    print("passed in recoveries alone: \(recovering.sorted().joined(separator: " "))")
    let passed = usual.union(recovering)
    for name in existing.subtracting(passed).sorted()
    where CrashTests.unpassed[name] == nil && (Nightly.kills.isOn || !CrashTests.ofRecoveries.contains(name))
      && !CrashTests.elsewhere.contains(where: { name.hasPrefix($0.prefix) })
    {
      Issue.record("no step of the towns has the effect \(name): let one have it, or say why none can")
    }
    for name in CrashTests.unpassed.keys.sorted() {
      #expect(!passed.contains(name), "\(name) is passed after all: no exception is needed")
      #expect(existing.contains(name), "there is no effect \(name)")
    }
    let missed = Set(points.map(\.point)).subtracting(killed).sorted()
    if !missed.isEmpty { print("missed: \(missed.joined(separator: " "))") }
    #expect(missed.count <= 2 + points.count / 50, "too many kills missed their points: \(missed)")
    Figure.tell(
      "effects killed at, of those existing", "\(Set(killed.map(Effects.name)).count) of \(existing.count)")
    Figure.tell("kill points covered of existing", "\(Set(killed).count) of \(learned.points.count)")
  }

  @Test("at random points and moments, and again while the next one recovers")
  func random() async throws {
    let learned = try await Learned.once.value
    var dice = Dice(seed: Dice.seed)
    let steps = Step.allCases.filter { $0 != .birth && $0 != .flood && $0 != .manyLogs }
    let recovering = learned.places[.restart] ?? []
    var kills: [Kill] = []
    for _ in 0..<Nightly.kills.count(60, byNight: 6_000) {
      guard let step = steps.randomElement(using: &dice),
        let place = learned.places[step]?.randomElement(using: &dice)
      else { continue }
      let byTime = Int.random(in: 0..<4, using: &dice) == 0
      let second = Bool.random(using: &dice) ? recovering.randomElement(using: &dice) : nil
      kills.append(
        Kill(
          first: byTime ? .after(step, milliseconds: .random(in: 0..<1_500, using: &dice)) : .at(place),
          second: second.map { "\($0.point)#\($0.time)" }))
    }
    let hits = try await run(kills).map(\.report.hits)
    #expect(hits.count { $0.first } * 2 > kills.count)
    Figure.tell("random kills", "\(hits.count { $0.first }), \(hits.count { $0.second }) of them twice")
  }

  @Test(
    "at each point, and at each point of what comes then", .enabled(if: Nightly.pairs.isOn))
  func everyPair() async throws {
    let learned = try await Learned.once.value
    let first = try await Army.run(learned.points.map { Kill(first: .at($0)) })
    var recoveries: Set<Set<String>> = []
    let pairs = first.flatMap { outcome in
      let moments = Pairs.moments(outcome.report.recovery)
      guard recoveries.insert(Set(moments)).inserted else { return [Kill]() }
      return moments.map { Kill(first: outcome.kill.first, second: "\($0)#1") }
    }
    print("\(recoveries.count) recoveries of \(first.count)")
    let share = Nightly.share(of: pairs)
    let outcomes = try await run(share)
    Figure.tell(
      "pairs of kill points",
      "\(outcomes.count { $0.report.hits.second }) of \(share.count), all are \(pairs.count)")
  }

  /// Runs all, and tells of them in between: thousands take hours.
  private func run(_ kills: [Kill]) async throws -> [Army.Outcome] {
    var outcomes: [Army.Outcome] = []
    for start in stride(from: 0, to: kills.count, by: 500) {
      let some = try await Army.run(Array(kills[start..<min(start + 500, kills.count)]))
      report(some)
      outcomes += some
      print("killed \(outcomes.count) of \(kills.count)")
    }
    return outcomes
  }

  private func report(_ outcomes: [Army.Outcome]) {
    for outcome in outcomes {
      guard let broken = outcome.report.broken else { continue }
      Issue.record("killed at \(outcome.kill) (STEWARD_TEST_SEED=\(Dice.seed)): \(broken)")
    }
  }
}
