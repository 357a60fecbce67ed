import Fixtures
import Glibc
import Host
import Reconciliation
import Testing

/// Daemons that are killed at their own points (`STEWARD_CRASH_AT`) in what they do, and again in what the next ones make of
/// that; a last one lives, comes to rest, and everything is as was promised.
final class Kills {
  private let world: any Mortal
  /// What the last daemon passed from when it was asked on, each with the how-manieth time in its life.
  private var passed: [(point: String, time: Int)] = []
  /// How often each action was begun by the daemon that nobody killed.
  private var usual: [String: Int] = [:]
  /// Daemons since the world was prepared.
  private var lives = 0

  init(in world: any Mortal) { self.world = world }

  /// Kills at points of what is done, by night at all of them; every second time again at one of what comes then, by a night
  /// of pairs at each that ``Pairs`` tells.
  /// - Parameters:
  ///   - points: which are meant, of all that a daemon passes.
  ///   - moments: at which of those a second kill meets another world than the one before.
  func run(
    _ what: String, usually count: Int, pointsMin: Int, at points: (String) -> Bool,
    again moments: ([String]) -> [String] = Pairs.moments
  ) async throws {
    try await prepare()
    #expect(try await !live { try await self.check("no kill") })
    let all = passed.filter { points($0.point) }.map { "\($0.point)#\($0.time)" }
    #expect(all.count >= pointsMin, "\(all)")
    var recovery = moments(passed.map(\.point).filter(points))
    #expect(!recovery.isEmpty, "no pair can be killed at: \(all)")
    var dice = Dice(seed: Dice.seed)
    let isWhole = Nightly.kills.isOn || Nightly.pairs.isOn
    let chosen = all.shuffled(using: &dice).prefix(isWhole ? all.count : count)
    var (missed, pairs) = ([String](), 0)
    var recoveries: Set<Set<String>> = []
    for (index, point) in chosen.enumerated() {
      let second = index % 2 == 1 && !isWhole ? recovery.randomElement(using: &dice) : nil
      let hits = try await kill(at: point, then: second)
      if !hits.first { missed.append(point) }
      if hits.second { pairs += 1 }
      guard hits.first, second == nil else { continue }
      recovery = moments(passed.map(\.point).filter(points))
      guard Nightly.pairs.isOn, recoveries.insert(Set(recovery)).inserted else { continue }
      for second in Nightly.share(of: recovery) where try await kill(at: point, then: second).second {
        pairs += 1
      }
      print("\(what): \(index + 1) of \(chosen.count), \(recoveries.count) recoveries, \(pairs) pairs")
    }
    // How often a server is asked whether it is ready is chance.
    #expect(missed.count * 4 <= chosen.count, "\(missed)")
    Figure.tell("\(what): kills, of points", "\(chosen.count - missed.count) of \(all.count), \(pairs) pairs")
  }

  private func prepare() async throws {
    try await world.prepare()
    lives = 0
  }

  /// Lets it happen once, with a daemon killed in it, and maybe the next one too. Returns which of them died as meant.
  private func kill(at first: String, then second: String?) async throws -> (first: Bool, second: Bool) {
    try await prepare()
    let name = "\(first)\(second.map { " and \($0)" } ?? "") (STEWARD_TEST_SEED=\(Dice.seed))"
    var hits = (first: try await live(killedAt: first), second: false)
    if hits.first { try await world.checkKilled(name) }
    if hits.first, let second {
      hits.second = try await live(killedAt: "\(second)#1")
      if hits.second { try await world.checkKilled(name) }
    }
    #expect(try await !live { try await self.check(name) }, "\(name)")
    return hits
  }

  /// Runs a daemon until it kills itself at `point`, or has come to rest without passing it. Returns whether it died.
  private func live(
    killedAt point: String? = nil, atRest: () async throws -> Void = {}
  ) async throws -> Bool {
    lives += 1
    let scratch = world.scratch
    let trace = "\(scratch.folder)/trace"
    unlink(trace)
    setenv("STEWARD_CRASH_TRACE", trace, 1)
    if let point { setenv("STEWARD_CRASH_AT", point, 1) }
    let daemon = try scratch.spawn()
    for name in ["STEWARD_CRASH_TRACE", "STEWARD_CRASH_AT"] { unsetenv(name) }
    var status: Int32 = 0
    var isDead = false
    // How much it had passed when it was asked.
    var begun: Int?
    func read() -> [Substring] { String(decoding: Bytes.read(trace), as: UTF8.self).split(separator: "\n") }
    func end() async throws {
      guard !isDead else { return }
      Glibc.kill(daemon, SIGKILL)
      _ = try await scratch.wait(daemon)
    }
    do {
      try await eventually("\(point ?? "rest") is reached", within: .seconds(90)) {
        if waitpid(daemon, &status, WNOHANG) == daemon { isDead = true }
        if isDead { return true }
        if begun == nil, let request = world.request {
          // It may die before it answers; and at first it knows none of its resources.
          let before = read().count
          if try await isAsked(request) {
            begun = 0
          } else {
            guard try await scratch.steward(request).isSuccess else { return false }
            begun = before
          }
        }
        return try await world.isAtRest()
      }
      if !isDead { try await atRest() }
    } catch {
      try await end()
      throw error
    }
    try await end()
    var times: [Substring: Int] = [:]
    passed = read().enumerated().compactMap { index, point in
      times[point, default: 0] += 1
      return index < begun ?? 0 ? nil : ("\(point)", times[point] ?? 1)
    }
    return isDead
  }

  /// Whether what is to happen was asked for: a daemon can die before it takes the request, and after, before it answers.
  private func isAsked(_ request: [String]) async throws -> Bool {
    try await events().all.contains { event in
      event["kind"].text == "requested" && event["scope"].text == world.id
        && event["body"]["verb"].text.map(request.contains) == true
    }
  }

  /// What happened since the world was prepared, and where the last daemon began.
  private func events() async throws -> (all: ArraySlice<JSON>, lastStart: Int) {
    // By night the log becomes longer than an answer may be.
    let answer = try await world.scratch.steward("events", "--json", "--limit", "400")
    let events = try JSON(parsing: answer.output.bytes)["events"].elements
    let starts = events.indices.filter { events[$0]["kind"].text == "started" }
    #expect(starts.count >= lives, "\(lives) daemons began more than \(events.count) events ago")
    return (events[(starts.suffix(lives).first ?? 0)...], starts.last ?? 0)
  }

  /// Whatever was begun ended once, the last daemon did nothing more often than one that nobody killed, and the log was not
  /// edited.
  private func check(_ name: String) async throws {
    let scratch = world.scratch
    #expect(try await scratch.steward("events", "verify").end == .exited(0), "\(name)")
    let (events, lastStart) = try await events()
    func names(_ kind: String, in events: some Sequence<JSON>) -> [String] {
      events.filter { $0["scope"].text == world.id && $0["kind"].text == kind }.compactMap { $0["name"].text }
    }
    let last = events[lastStart...]
    let begun = names("intended", in: last)
    let counts = begun.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    if usual.isEmpty { usual = counts }
    #expect(counts.allSatisfy { $1 <= usual[$0] ?? 1 }, "\(name): done too often: \(begun)")
    #expect(names("failed", in: last) == [], "\(name)")
    let ends = ["done", "failed", "interrupted"].map { names($0, in: events).count }.reduce(0, +)
    #expect(
      ends == names("intended", in: events).count, "\(name): what was begun did not end, or ended twice")
    try await world.checkAtRest(name)
  }
}
