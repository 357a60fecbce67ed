public import Calendar
public import Specification

/// What the files promise and cannot hold: found by running them forward, in a world in which everything else goes well.
///
/// The world begins with nothing made yet (``Controller/blank(_:)``); actions take, nobody is ill, whoever is to approve
/// does. What still turns into a finding, or waits for good, lies in the files themselves; to that come the rules that
/// each controller knows (``Controller/contradictions(in:_:)``).
public struct Contradictions: Sendable {
  /// What was found, in the order of the files.
  public let all: [Contradiction]
  /// How far it was run forward, by environment: not to the end where too much happens.
  public let cutOff: [String: Instant]

  /// How far `steward check` looks: leap years, all the weekdays of a date, and what is written `5y`.
  public static let years = 5
  /// The most steps for one environment: rotations every few minutes repeat themselves long before.
  static let stepsMax = 40_000
  /// The first days, in which everything is made for the first time, are no promise yet.
  static let settling = Duration.seconds(86_400)

  /// Looks at each of `environments` from `start` on.
  public init(of environments: [AdoptedEnvironment], kinds: [ControllerKind], from start: Instant) {
    var all: [Contradiction] = []
    var cutOff: [String: Instant] = [:]
    for environment in environments {
      let zone = environment.header.zone
      let end = TimeSpan(months: 12 * Contradictions.years).added(to: start, in: zone)
      var trial = Trial(environment, kinds, over: start..<end)
      all += trial.run()
      cutOff[environment.header.name] = trial.cutOffAt
    }
    self.all = all.sorted { ($0.place, $0.finding.code) < ($1.place, $1.finding.code) }
    self.cutOff = cutOff
  }
}

/// One thing that cannot hold.
public struct Contradiction: Sendable, Hashable {
  /// What it is about.
  public let scope: Scope
  /// What cannot hold, and how to change it: critical where it never can, a warning where it will not at times, a notice
  /// where it cannot be told.
  public let finding: Finding
  /// The line to change.
  public let place: Place
}

/// One environment run forward.
private struct Trial {
  private let environment: AdoptedEnvironment
  private let kinds: [String: ControllerKind]
  private let span: Range<Instant>
  private var reconciler: Reconciler
  private(set) var cutOffAt: Instant?

  init(_ environment: AdoptedEnvironment, _ kinds: [ControllerKind], over span: Range<Instant>) {
    self.environment = environment
    self.kinds = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.span = span
    reconciler = Reconciler(kinds: kinds)
    let patient = environment.withEveryApproval
    _ = reconciler.step(.adopted(patient), now: span.lowerBound)
    for resource in patient.resources {
      let blank = self.kinds[resource.id.controller]?.blank(resource)
      let seen = blank.map { Observation.known($0, at: span.lowerBound) }
      _ = reconciler.step(
        .observed(resource.id, seen ?? .unknown(reason: "nobody can say", since: span.lowerBound)),
        now: span.lowerBound)
    }
  }

  mutating func run() -> [Contradiction] {
    var promises = Promises(span.lowerBound + Contradictions.settling)
    var prospects: [ResourceID: Prospect] = [:]
    for resource in environment.resources {
      prospects[resource.id] = Prospect(environment.header, over: span)
    }
    let forecast = Forecast(
      of: reconciler, from: span.lowerBound, to: span.upperBound, stepsMax: Contradictions.stepsMax
    ) { event, reconciler in
      promises.take(event, in: reconciler)
      guard event.kind == .intended, let id = event.scope?.resource, let verb = event.body["verb"].text else {
        return
      }
      prospects[id]?.note(verb, at: event.at, isUnattended: reconciler.isUnattended(id))
    }
    if forecast.isCutOff { cutOffAt = forecast.reached }
    let zone = environment.header.zone
    return promises.missed(until: forecast.reached, in: zone).map { contradiction(of: $0, $1) }
      + waits(forecast) + rules(prospects)
      + ChangeWindowRules(environment, over: span).findings.map { contradiction(of: nil, $0) }
  }

  /// Actions that wait at the end and that nothing written will ever let begin.
  private func waits(_ forecast: Forecast) -> [Contradiction] {
    guard !forecast.isCutOff else { return [] }
    return environment.resources.compactMap { resource in
      guard let kept = forecast.reconciler.resources[resource.id],
        let hold = kept.held.first(where: { $0.wait.until == nil })
      else { return nil }
      return contradiction(
        of: resource.id,
        Finding(
          "waits-for-ever", .critical, "`\(hold.action.description)` waits for ever: \(hold.wait.reason)",
          mend: "write a change window that opens, or a `guard` that does not ask for it",
          at: hold.action.rule.map { resource.place(of: $0) } ?? resource.place))
    }
  }

  private func rules(_ prospects: [ResourceID: Prospect]) -> [Contradiction] {
    environment.resources.flatMap { resource -> [Contradiction] in
      guard let kind = kinds[resource.id.controller], let prospect = prospects[resource.id] else { return [] }
      return kind.contradictions(in: resource, prospect).map { contradiction(of: resource.id, $0) }
    }
  }

  private func contradiction(of id: ResourceID?, _ finding: Finding) -> Contradiction {
    let place = environment.resources.first { $0.id == id }?.place ?? Place(file: environment.file)
    return Contradiction(
      scope: id.map { Scope($0) } ?? Scope(environment: environment.header.name), finding: finding,
      place: finding.place ?? place)
  }
}

extension Prospect {
  fileprivate mutating func note(_ verb: String, at now: Instant, isUnattended: Bool) {
    deeds[verb, default: Deeds()].count += 1
    guard isUnattended else { return }
    deeds[verb]?.unattended += 1
    if deeds[verb]?.firstUnattended == nil { deeds[verb]?.firstUnattended = now }
  }
}

extension Reconciler {
  /// Whether something depends on what `id` publishes, and all of that is off, as written.
  fileprivate func isUnattended(_ id: ResourceID) -> Bool {
    guard let known = environments[id.environment]?.facts, known.isAnythingClosed,
      let facts = resources[id]?.plan?.facts, !facts.isEmpty
    else { return false }
    let users = (members[id.environment] ?? []).filter { user in
      guard user != id, let kept = resources[user], let kind = kinds[user.controller] else { return false }
      return facts.contains { kind.listens(kept.resource, publishing: kept.plan?.facts ?? [], to: $0) }
    }
    return !users.isEmpty && users.allSatisfy(known.isClosed)
  }
}

extension AdoptedEnvironment {
  /// The same environment where nobody need be asked: people approve in time.
  fileprivate var withEveryApproval: AdoptedEnvironment {
    func given(_ requirement: Requirement) -> Requirement {
      if case .approvals = requirement { .nothing } else { requirement }
    }
    var header = header
    header.guard = Guard(
      disruptive: given(header.guard.disruptive), destructive: given(header.guard.destructive))
    return AdoptedEnvironment(
      header: header, resources: resources, notKept: notKept, file: file, digest: digest)
  }
}
