import PostgreSQL
public import Reconciliation
public import Specification

extension DatabaseController {
  public static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Resource<DatabaseSpec>] {
    MappingReader.entries(of: section, path: name, mistakes: mistakes).map { entry in
      let reader = MappingReader(entry.node, path: "\(name)/\(entry.name.text)", mistakes: mistakes)
      defer { reader.close() }
      let id = ResourceID(environment: environment.name, controller: name, name: entry.name.text)
      return Resource(id, spec: DatabaseSpec(reader), node: entry.node)
    }
  }

  /// One server may be written of several times, for each of its databases; what is set in it is set for all of them.
  public static func claims(of resource: Resource<DatabaseSpec>) -> [Claim] {
    let spec = resource.spec
    return (spec.address?.places ?? []).flatMap { place in
      spec.settings.keys.sorted().map {
        Claim("\($0) of \(place)", by: "settings", instead: "a setting is of the whole server; write it once")
      }
    }
  }
}

extension DatabaseSpec {
  /// The session that looks sets these for itself, so it does not see the server's own.
  private static let hidden: Set<String> = [
    "application_name", "client_encoding", "client_min_messages", "lock_timeout", "search_path",
    "statement_timeout",
  ]

  init(_ reader: MappingReader) {
    _ = reader.choice("kind", of: ["postgresql"], .required)
    encryption = reader.choice("encrypted", Encryption.self)
    address = PostgreSQLAddress(reader, encrypted: encryption?.rawValue)
    version = reader.integer("version", in: 10...99)
    sizeMax = reader.bytes("size")
    room = reader.bytes("size at least")
    availability = reader.choice("availability", Availability.self, .required) ?? .single
    zones = reader.choice("zones", Zones.self)
    failover = reader.choice("failover", Failover.self)
    members = reader.variables("members") ?? [:]
    settings = reader.variables("settings") ?? [:]
    audit = reader.text("audit")
    let roles = reader.mapping("access")
    access = (roles?.keys ?? []).reduce(into: [:]) { $0[$1.text] = roles?.choice($1.text, Access.self) }
    for name in settings.keys.filter(Self.hidden.contains).sorted() {
      reader.refuse(
        "settings", "`settings`: \(name) is seen by no session that sets its own; write it for a role instead"
      )
    }
    if availability == .single, zones == .multi {
      reader.refuse(
        "zones", "`zones: multi` wants standbys, and `availability: single` has none; write `high`")
    }
    if availability == .single, let failover, failover != .none {
      reader.refuse(
        "failover",
        "`failover: \(failover.rawValue)` wants standbys, and `availability: single` has none; write `high`")
    }
  }
}
