import PostgreSQL
public import Reconciliation
public import Specification

extension DatabaseController {
  public static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Resource<DatabaseSpec>] {
    var owners = Owners<String>()
    return MappingReader.entries(of: section, path: name, mistakes: mistakes).map { entry in
      let reader = MappingReader(entry.node, path: "\(name)/\(entry.name.text)", mistakes: mistakes)
      defer { reader.close() }
      let spec = DatabaseSpec(reader)
      spec.refuseSettings(of: &owners, for: entry, reader)
      let id = ResourceID(environment: environment.name, controller: name, name: entry.name.text)
      return Resource(id, spec: spec, node: entry.node)
    }
  }
}

extension DatabaseSpec {
  /// The session that looks sets these for itself, so it does not see the server's own.
  private static let hidden: Set<String> = [
    "application_name", "client_encoding", "client_min_messages", "lock_timeout", "statement_timeout",
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

  /// One server may be written of several times, for each of its databases; what is set in it is set for all of them.
  /// - Parameter taken: the settings of the entries before, as `/run/postgresql/.s.PGSQL.5432 work_mem`.
  fileprivate func refuseSettings(
    of taken: inout Owners<String>, for entry: NamedNode, _ reader: MappingReader
  ) {
    guard let address else { return }
    for name in settings.keys.sorted() {
      if let other = taken.claim("\(address) \(name)", for: entry) {
        reader.refuse(
          "settings",
          "`settings`: \(name) of \(address) is written in \(other) already: a setting is of the whole server"
        )
      }
    }
  }
}
