public import SecretStore
public import Specification

/// What `steward.yaml` says: about the daemon itself and about the people of all environments.
public struct StewardFile: Sendable, Hashable {
  /// Who has a role, by the names that the machine knows them under.
  public struct Role: Sendable, Hashable {
    /// Unix users.
    public var users: Set<String> = []
    /// Unix groups: every member has the role.
    public var groups: Set<String> = []

    /// A role of these.
    public init(users: Set<String> = [], groups: Set<String> = []) {
      self.users = users
      self.groups = groups
    }
  }

  /// Where the values of secrets are kept.
  public enum SecretStore: Sendable, Hashable {
    /// Encrypted with a key that only this machine has.
    case sealed
    /// In HashiCorp Vault or OpenBao.
    case vault(VaultSettings)
    /// In any store, through this program and its arguments.
    case exec([String])
  }

  /// `socket:`; nil where not written.
  public var socket: String?
  /// `roles:`.
  public var roles: [String: Role] = [:]
  /// `written by:`, the Unix groups besides root and the daemon's user that may write environments' files.
  public var writers: Set<String> = []
  /// `stores: {secrets: …}`.
  public var secretStore = SecretStore.sealed
  /// The names under `alerts:`, to which environments' alerts go. Not kept yet.
  public var alertRoutes: Set<String> = []
  /// The sections that are read but not kept yet, with their places.
  public var notKept: [String: Place] = [:]

  /// A file that says nothing.
  public init() {}

  /// What became of reading the file: nil where it has an error.
  public struct Reading: Sendable {
    /// What the file says; nil where it has an error.
    public let steward: StewardFile?
    /// Every mistake, by place.
    public let mistakes: [Mistake]
  }

  /// Reads the file; it is taken as a whole or not at all.
  public static func read(_ source: SourceFile) -> Reading {
    let mistakes = Mistakes()
    var steward: StewardFile?
    switch source.contents {
    case .failure(let error):
      mistakes.add("the file cannot be read: \(error.reason)", at: Place(file: source.name))
    case .success(let bytes):
      steward = YAMLTree.read(bytes, file: source.name, mistakes: mistakes).map {
        MappingReader.read($0, path: "", mistakes: mistakes, StewardFile.init(reading:))
      }
    }
    return Reading(steward: mistakes.hasErrors ? nil : steward, mistakes: mistakes.all)
  }

  private init(reading reader: MappingReader) {
    socket = reader.value("socket") { node throws(Misreading) in try node.socketPath() }
    for role in reader.entries("roles") ?? [] {
      let path = reader.path(to: "roles/\(role.name.text)")
      roles[role.name.text] = MappingReader.read(role.node, path: path, mistakes: reader.mistakes) { reader in
        Role(users: accounts("users", of: reader), groups: accounts("groups", of: reader))
      }
    }
    writers = accounts("written by", of: reader)
    if let stores = reader.mapping("stores") {
      secretStore = Self.secretStore(stores) ?? .sealed
      stores.close()
    }
    Self.alerts.check("alerts", of: reader)
    if case .mapping(let routes)? = reader.node("alerts")?.content {
      alertRoutes = Set(routes.map(\.key.text))
      notKept["alerts"] = reader.keyPlace(of: "alerts")
    }
  }

  private static func secretStore(_ stores: MappingReader) -> SecretStore? {
    guard case .mapping? = stores.node("secrets")?.content else {
      return stores.choice("secrets", of: ["sealed"]).map { _ in .sealed }
    }
    guard let reader = stores.mapping("secrets") else { return nil }
    defer { reader.close() }
    if reader.has("vault"), reader.has("exec") {
      reader.refuse("exec", "secrets are kept in one store: `vault` or `exec`")
    }
    if let vault = reader.mapping("vault") {
      defer { vault.close() }
      return VaultSettings(reading: vault).map { .vault($0) }
    }
    if !reader.has("exec") {
      stores.refuse("secrets", "`secrets` is `sealed`, {vault: …} or {exec: [PROGRAM, …]}")
    }
    return reader.command("exec").map { .exec($0) }
  }

  private static let alerts = Shape.named(
    .keys([
      "by": .required(.choice("pagerduty", "issue tracker", "mail", "log")),
      "to": .text,
      // A file that holds the key: the key itself never stands in this file.
      "key file": .path,
    ]))
}

private func accounts(_ key: String, of reader: MappingReader) -> Set<String> {
  Set(reader.list(key, of: { node throws(Misreading) in try node.account() }) ?? [])
}

extension SpecNode {
  /// The name of a Unix user or group, as useradd(8) lets it through.
  func account() throws(Misreading) -> String {
    let name = try text()
    let isFine = name.utf8.allSatisfy {
      (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || "_-.".utf8.contains($0)
    }
    guard isFine, name.utf8.first != UInt8(ascii: "-"), name.utf8.count <= 32 else {
      throw Misreading("this is no name of a Unix user or group", at: place)
    }
    return name
  }

  /// An absolute path that fits into a socket's address: sun_path has 108 bytes with the NUL at its end.
  func socketPath() throws(Misreading) -> String {
    let path = try absolutePath()
    guard path.utf8.count < 108 else {
      throw Misreading("the path of a socket has at most 107 bytes, this has \(path.utf8.count)", at: place)
    }
    return path
  }
}
