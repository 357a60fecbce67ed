import Calendar
import Desired
import FoundationEssentials
import Glibc
import Reconciliation
import Specification
import Testing

/// One golden case: a folder with `environment.yaml` (what the operator wrote), `observed.json` (what a look found, and
/// when), `plan.txt` (what is to be decided) and `why.txt` (what `steward why` says of it).
struct GoldenCase: CustomTestStringConvertible, Sendable {
  let folder: String
  let name: String

  var testDescription: String { name }

  /// Every case under `Cases`, by controller and name.
  static var all: [GoldenCase] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases").path()
    let names = try? FileManager.default.subpathsOfDirectory(atPath: root)
    return (names ?? []).filter { $0.hasSuffix("/environment.yaml") }.sorted().map { path in
      let name = String(path.dropLast("/environment.yaml".count))
      return GoldenCase(folder: "\(root)\(root.hasSuffix("/") ? "" : "/")\(name)", name: name)
    }
  }

  func contents(_ file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: "\(folder)/\(file)")))
  }
}

/// `observed.json`.
struct Given: Decodable {
  struct Unknown: Decodable { var unknown: String }
  struct Order: Decodable {
    var opens: Bool
    var until: String
  }
  struct Done: Decodable {
    var at: String
    var details: JSON?
  }

  var now: String
  var resource: ResourceID
  var observed: JSON
  var override: Order?
  var demands: [String: String]?
  var done: [String: Done]?
  var facts: [Fact]?
  var usages: [Used]?

  /// How much of a resource has been in use: hours times quantity by month, and how many since when.
  struct Used: Decodable {
    var of: ResourceID
    var quantity: Int64
    var since: String
    var hours: [String: Int64]?
  }
}

/// A case, read.
struct Scene {
  let kind: ControllerKind
  let resource: AnyResource
  let header: EnvironmentHeader
  let given: Given
  let now: Instant
  let observation: Observation<AnyObserved>
  let adopted: AdoptedEnvironment

  init(_ golden: GoldenCase, kinds: [ControllerKind], zones: ZoneDatabase) throws {
    let source = SourceFile(
      name: "environment.yaml", contents: .success(try golden.contents("environment.yaml")))
    // The file of a case is named after the case, so the check of the stem against the name is met by renaming.
    let given = try JSON(parsing: golden.contents("observed.json")).decoded(as: Given.self)
    var named = source
    named.name = "\(given.resource.environment).yaml"
    let reading = EnvironmentFile(zones: zones, controllers: kinds, steward: nil).read(named)
    let adopted = try #require(reading.adopted, "\(reading.mistakes.map(\.description))")
    self.given = given
    self.adopted = adopted
    header = adopted.header
    resource = try #require(adopted.resources.first { $0.id == given.resource })
    kind = try #require(kinds.first { $0.name == given.resource.controller })
    let now = try #require(Instant(rfc3339: given.now))
    self.now = now
    if let reason = given.observed["unknown"].text {
      observation = .unknown(reason: reason, since: now)
    } else {
      observation = .known(try kind.observed(from: given.observed), at: now)
    }
  }

  /// What the log remembers: the file came into force long ago, and then what the case says.
  func past() throws -> [Event] {
    let id = resource.id
    var events: [Event] = []
    func happen(
      _ kind: EventKind, _ at: Instant, by actor: String, of scope: Scope? = nil, _ message: String,
      cause: Int64? = nil, _ body: JSON
    ) {
      events.append(
        Event(
          sequence: Int64(events.count) + 1, at: at, scope: scope ?? Scope(id), kind: kind, severity: .info,
          actor: actor, cause: cause, message: message, body: body))
    }
    happen(
      .adopted, now - .seconds(400 * 86_400), by: "steward", of: Scope(environment: id.environment),
      "\(adopted.file) is in force",
      ["digest": .string(adopted.digest), "file": .string(adopted.file)])
    for (verb, done) in (given.done ?? [:]).sorted(by: { $0.key < $1.key }) {
      let at = try #require(Instant(rfc3339: done.at))
      let said = "\(verb) in a golden case"
      happen(.intended, at, by: "steward", said, ["verb": .string(verb), "action": .string(said)])
      happen(
        .done, at, by: "steward", said, cause: Int64(events.count),
        ["verb": .string(verb), "details": done.details ?? .null])
    }
    for (verb, at) in (given.demands ?? [:]).sorted(by: { $0.key < $1.key }) {
      happen(
        .requested, try #require(Instant(rfc3339: at)), by: "anna", "\(verb) \(id) was asked for",
        ["verb": .string(verb), "reason": "asked in a golden case"])
    }
    if let order = given.override {
      happen(
        order.opens ? .opened : .closed, now, by: "anna", "\(id) is held \(order.opens ? "open" : "closed")",
        ["until": .string(order.until), "reason": "a golden case"])
    }
    for used in given.usages ?? [] {
      let hours = (used.hours ?? [:]).mapValues { JSON.integer($0 * 3_600_000_000) }
      happen(
        .usage, try #require(Instant(rfc3339: used.since)), by: "steward", of: Scope(used.of), "in use",
        ["quantity": .integer(used.quantity), "used": .object(hours)])
    }
    return events
  }

  func facts(without left: Fact? = nil) -> Facts {
    var facts = Facts()
    for (publisher, said) in Dictionary(grouping: (given.facts ?? []).filter { $0 != left }, by: \.publisher)
    {
      _ = facts.publish(said, by: publisher)
    }
    return facts
  }

  /// What the plan is made in, `left` not having been said.
  func context(without left: Fact? = nil) throws -> PlanContext {
    var memory = Memory()
    for event in try past() { memory.apply(event) }
    return PlanContext(
      resource.id, in: header, remembering: memory, facts: facts(without: left), at: now)
  }
}
