public import Calendar
public import Reconciliation
import Specification

/// Reads `environments/NAME.yaml`.
public struct EnvironmentFile: Sendable {
  /// Where time zones come from.
  public var zones: ZoneDatabase
  /// The sections that somebody keeps.
  public var controllers: [ControllerKind]
  /// What steward.yaml defines; nil while that is not known, and then what refers to it is taken as written.
  public var steward: StewardFile?
  /// The daemon's own folders, in which nothing is deleted whatever a file says.
  public var ownFolders: [OwnFolder]

  /// A reader for environments kept by these controllers.
  public init(
    zones: ZoneDatabase, controllers: [ControllerKind], steward: StewardFile?, ownFolders: [OwnFolder] = []
  ) {
    self.zones = zones
    self.controllers = controllers
    self.steward = steward
    self.ownFolders = ownFolders
  }

  /// Reads one file. It is adopted only without a single error, here or in any section.
  public func read(_ source: SourceFile) -> EnvironmentReading {
    let mistakes = Mistakes()
    var adopted: AdoptedEnvironment?
    var holdings: [Claims.Holding] = []
    switch source.contents {
    case .failure(let error):
      mistakes.add("the file cannot be read: \(error.reason)", at: Place(file: source.name))
    case .success(let contents):
      adopted = YAMLTree.read(contents, file: source.name, mistakes: mistakes).flatMap {
        environment($0, of: source, mistakes: mistakes)
      }
      holdings = adopted.map { self.holdings(of: $0.resources) } ?? []
      Claims().refuse(holdings, of: source.stem, mistakes)
      Claims.refuse(holdings, onAccountOf: ownFolders + OwnFolder.systems, mistakes)
    }
    return EnvironmentReading(
      environment: source.stem, file: source.name, digest: source.digest,
      adopted: mistakes.hasErrors ? nil : adopted, mistakes: mistakes.all,
      holdings: mistakes.hasErrors ? [] : holdings)
  }

  private func holdings(of resources: [AnyResource]) -> [Claims.Holding] {
    let kinds = Dictionary(controllers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return resources.flatMap { resource in
      (kinds[resource.id.controller]?.claims(of: resource) ?? []).map {
        Claims.Holding(
          claim: $0, owner: resource.id, place: resource.place, keyPlace: resource.place(of: $0.key))
      }
    }
  }

  private func unkeptKeys(of section: String, in root: SpecNode) -> [UnkeptSection] {
    guard let keys = UnkeptSections.keys[section] else { return [] }
    return entries(of: section, in: root).filter { keys.contains($0.key.text) }.map {
      UnkeptSection(name: "\(section)/\($0.key.text)", place: $0.key.place)
    }
  }

  /// Words say something to people; a span says it to rules as well.
  private func retention(in root: SpecNode) -> (span: TimeSpan, place: Place)? {
    guard let node = entries(of: "compliance", in: root).first(where: { $0.key.text == "retention" })?.value,
      let span = try? node.span()
    else { return nil }
    return (span, node.place)
  }

  private func servers(in root: SpecNode) -> [String: SpecNode] {
    var servers: [String: SpecNode] = [:]
    for section in ["database", "cache"] {
      for entry in entries(of: section, in: root) { servers["\(section)/\(entry.key.text)"] = entry.value }
    }
    return servers
  }

  private func entries(of section: String, in root: SpecNode) -> [SpecEntry] {
    guard case .mapping(let sections) = root.content,
      case .mapping(let entries)? = sections.first(where: { $0.key.text == section })?.value.content
    else { return [] }
    return entries
  }

  private func environment(
    _ root: SpecNode, of source: SourceFile, mistakes: Mistakes
  ) -> AdoptedEnvironment? {
    let reader = MappingReader(root, path: "", mistakes: mistakes)
    var header = HeaderReading(reader, stem: source.stem, zones: zones).header
    header?.retention = retention(in: root)
    header?.servers = servers(in: root)
    var resources: [AnyResource] = []
    var sections: [String] = []
    for controller in controllers {
      sections.append(controller.name)
      guard let section = reader.node(controller.name) else { continue }
      // With mistakes in the header, the sections are read all the same: an operator wants to see them all.
      resources += controller.read(
        section, of: header ?? EnvironmentHeader(name: source.stem, zone: .utc, zones: zones),
        mistakes: mistakes)
    }
    var unkept = sections.flatMap { unkeptKeys(of: $0, in: root) }
    for (name, shape) in UnkeptSections.environment where !sections.contains(name) {
      shape.check(name, of: reader)
      if reader.has(name) { unkept.append(UnkeptSection(name: name, place: reader.keyPlace(of: name))) }
    }
    reader.close()
    CrossChecks(root: root, steward: steward, mistakes: mistakes).run()
    return header.map {
      AdoptedEnvironment(
        header: $0, resources: resources, notKept: unkept.sorted { $0.place < $1.place }, file: source.name,
        digest: source.digest)
    }
  }
}
