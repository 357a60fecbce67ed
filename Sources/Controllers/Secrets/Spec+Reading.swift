import Calendar
public import Reconciliation
import SecretStore
public import Specification

extension SecretsController {
  public static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Resource<SecretSpec>] {
    MappingReader.entries(of: section, path: name, mistakes: mistakes).compactMap { entry in
      let spec = SecretReading(entry, environment, mistakes).spec()
      let id = ResourceID(environment: environment.name, controller: name, name: entry.name.text)
      return spec.map { spec in
        Resource(
          id, spec: spec, node: entry.node,
          and: spec.account == nil ? nil : spec.server.flatMap { environment.servers[$0] })
      }
    }
  }

  public static func claims(of resource: Resource<SecretSpec>) -> [Claim] {
    let spec = resource.spec
    let files = [spec.file].compactMap(\.self).map {
      Claim($0, by: "file", instead: "give each secret a file of its own")
    }
    guard let server = spec.server, let role = spec.role else { return files }
    let users = spec.account?.users ?? [role]
    let turns = users.count > 1 ? "\(users.joined(separator: " and ")) take turns; " : ""
    // Where no address is written, nobody knows which server of another environment is the same.
    let places = spec.account?.server.places ?? ["\(server) of \(resource.id.environment)"]
    let accounts = users.flatMap { user in places.map { "\(user) in \($0)" } }
    return files
      + accounts.map { Claim($0, by: "role", instead: "\(turns)give each secret an account of its own") }
  }
}

/// Reads one secret.
struct SecretReading {
  let reader: MappingReader
  private let name: SpecKey
  let environment: EnvironmentHeader
  private let mistakes: Mistakes

  /// A shorter period is a mistake of units, and would wear out whatever is told of each new value.
  static let shortestPeriod = Duration.seconds(10)

  init(_ entry: NamedNode, _ environment: EnvironmentHeader, _ mistakes: Mistakes) {
    reader = MappingReader(
      entry.node, path: "\(SecretsController.name)/\(entry.name.text)", mistakes: mistakes)
    name = entry.name
    self.environment = environment
    self.mistakes = mistakes
  }

  /// What is written, or nil where the kind is not known; with mistakes recorded, it is not used.
  func spec() -> SecretSpec? {
    defer { reader.close() }
    checkName()
    let kind = reader.choice("kind", SecretKind.self, .required)
    let every = reader.span("every")
    let overlap = reader.span("overlap")
    let length = reader.integer("length", in: Secret.lengthMin...Secret.lengthMax)
    let value = reader.value("value") { node throws(Misreading) in try node.literalText() }
    let spec = SecretSpec(
      kind: kind ?? .token, every: nil, overlap: .zero, length: length ?? (kind ?? .token).defaultLength,
      file: reader.path("file"), rotate: reader.command("rotate"), test: reader.command("test"),
      server: server(), role: role(), account: nil, value: value.map { WrittenSecret(secret: Secret($0)) },
      zone: environment.zone)
    guard let kind else { return nil }
    if kind == .fixed { return fixed(spec) }
    return generated(spec.having(account(of: spec)), every: every, overlap: overlap)
  }

  private func generated(_ spec: SecretSpec, every: TimeSpan?, overlap: TimeSpan?) -> SecretSpec {
    var spec = spec
    if reader.has("value") {
      reader.refuse("value", "`value` is for `kind: fixed` alone; a \(spec.kind.rawValue) is generated")
    }
    if every == nil, !reader.has("every"), spec.kind.defaultPeriod == nil {
      mistakes.add(
        "`every` is missing in \(reader.path): a \(spec.kind.rawValue) has no period of its own, write one "
          + "such as `every: 90d`", at: reader.place)
    }
    spec.every = every ?? spec.kind.defaultPeriod
    spec.overlap = overlap ?? spec.account?.defaultOverlap ?? spec.kind.defaultOverlap
    guard let period = spec.every else { return spec }
    if every != nil, period.shortest < Self.shortestPeriod {
      reader.refuse(
        "every", "`every`: \(period.inDays) is too short, at least \(TimeSpan(duration: Self.shortestPeriod))"
      )
    }
    if spec.overlap.shortest > period.shortest {
      if overlap != nil {
        reader.refuse(
          "overlap",
          "`overlap`: \(spec.overlap.inDays) is longer than the period \(period.inDays): the version before "
            + "the one before would work as well; at most the period is meant")
      }
      // A default gives way to what is written.
      spec.overlap = period
    }
    return spec
  }

  private func fixed(_ spec: SecretSpec) -> SecretSpec {
    for key in ["every", "overlap", "length", "rotate", "pause"] where reader.has(key) {
      mistakes.add(
        "`\(key)` has no place with `kind: fixed`, which is never rotated; leave it out, or take another",
        at: reader.keyPlace(of: key))
    }
    if environment.data != .synthetic {
      reader.refuse(
        "kind",
        "`kind: fixed` is a secret that everybody can read, allowed only where `data: synthetic`; "
          + "this environment's data is \(environment.data.rawValue): choose a kind that is generated, "
          + "\(Self.generatedKinds)")
    }
    guard let value = spec.value else {
      if !reader.has("value") {
        mistakes.add(
          "`value` is missing in \(reader.path): a fixed secret is what is written there", at: reader.place)
      }
      return spec
    }
    if let refusal = value.refusal(inFile: spec.file != nil) {
      reader.refuse("value", "`value` \(refusal)")
    }
    return spec
  }

  /// It becomes the name of a variable, and NAME_PREVIOUS of another.
  private func checkName() {
    guard name.text.contains("-") else { return }
    mistakes.add(
      "`\(name.text)` becomes the name of a variable, which has no `-`; write "
        + "`\(String(name.text.map { $0 == "-" ? "_" : $0 }))`", at: name.place)
  }

  private func server() -> String? {
    reader.value("in") { node throws(Misreading) in
      let text = try node.text()
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, parts.allSatisfy({ EntryName.isValid(String($0)) }) else {
        throw Misreading("a server as `SECTION/NAME` is wanted, such as `database/main`", at: node.place)
      }
      return text
    }
  }

  private func role() -> String? {
    let role = reader.value("role") { node throws(Misreading) in try node.name() }
    if reader.has("role"), !reader.has("in") {
      reader.refuse("role", "`role` is an account in a server; write the server too, as `in: database/main`")
    }
    return role
  }

  private static let generatedKinds = SecretKind.allCases.filter { $0 != .fixed }.map { "`\($0.rawValue)`" }
    .joined(separator: ", ")
}

extension TimeSpan {
  /// The least that it can last: no month is shorter than 28 days. Two spans are compared by it, so that an
  /// overlap is refused only where it is longer whatever the calendar says, or nearly so.
  var shortest: Duration { .seconds(Int64(months) * 28 * 86_400) + duration }
}
