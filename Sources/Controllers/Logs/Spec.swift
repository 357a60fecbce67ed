public import Calendar
public import Rclone
public import Reconciliation
public import Specification

/// What the operator wrote of one folder of logs.
///
///     logs:
///       web: {path: /var/log/web, match: "*.log*", keep: 30d, at most: 100 GB,
///             archive: {to: /srv/cold/web, after: 7d}, purge at: "03:00"}
public struct LogsSpec: Sendable, Hashable {
  /// Where logs that are old enough are moved, compressed.
  public struct Archive: Sendable, Hashable {
    /// The folder they are moved to. It must exist: a cold store that is not mounted must not be taken for an empty one.
    /// Or `rclone:REMOTE:PATH`, which is ``store`` then.
    public var to: String
    /// The store that rclone knows; nil: a folder of this machine.
    public var store: Store?
    /// How old a log is, by its last change, when it is moved.
    public var after: TimeSpan
  }

  /// A folder in a cold store.
  public struct Store: Sendable, Hashable {
    /// Which.
    public var path: RemotePath
    /// rclone's configuration, which says where it is and how to get in.
    public var configuration: String

    /// Beside the daemon's own configuration.
    public static let configurationDefault = "/etc/steward/rclone.conf"
  }

  /// The folder. Subfolders belong to it, other mounts below it do not.
  public var path: String
  /// Which files, by a shell pattern on the file's name: `*.log*`. All regular files where not written.
  public var match: String
  /// How long a log is kept since its last change (mtime), the time in the archive included. Nil: for ever.
  public var keep: TimeSpan?
  /// The most that the matched files in the folder may occupy on the disk, those being written included. What is in
  /// the archive does not count.
  public var atMost: ByteCount?
  /// Nil: nothing is archived.
  public var archive: Archive?
  /// When the rules of age take effect; nil: continuously. The cap never waits for it: a full disk does not either.
  public var purgeAt: CalendarExpression?
}

extension LogsController {
  public static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Resource<LogsSpec>] {
    MappingReader.entries(of: section, path: name, mistakes: mistakes).compactMap { entry in
      let reader = MappingReader(entry.node, path: "\(name)/\(entry.name.text)", mistakes: mistakes)
      defer { reader.close() }
      let id = ResourceID(environment: environment.name, controller: name, name: entry.name.text)
      return spec(reader, environment.zones).map { Resource(id, spec: $0, node: entry.node) }
    }
  }

  /// Each deletes in its folder and in its archive by its own `keep`.
  public static func claims(of resource: Resource<LogsSpec>) -> [Claim] {
    let spec = resource.spec
    let folder = Claim(
      spec.path, .files(match: spec.match, deletes: true), by: "path",
      instead:
        "one would delete what the other keeps; give each a folder of its own, or a `match` that fits none of the other's files"
    )
    guard let archive = spec.archive else { return [folder] }
    return [
      folder,
      Claim(
        archive.to, archive.to.hasPrefix("/") ? .files(match: "*", deletes: true) : .itself, by: "archive",
        instead: "each needs an archive of its own"),
    ]
  }

  private static func spec(_ reader: MappingReader, _ zones: ZoneDatabase) -> LogsSpec? {
    let path = reader.path("path", .required)
    let match = reader.value("match") { node throws(Misreading) in try pattern(node) }
    let keep = reader.span("keep")
    let atMost = reader.bytes("at most")
    let archive = archive(reader)
    let purgeAt = reader.recurrence("purge at", zones: zones)
    if !reader.has("keep"), !reader.has("at most"), !reader.has("archive") {
      reader.mistakes.add(
        "\(reader.path) keeps everything for ever; write `keep`, `at most` or `archive`", at: reader.place)
    }
    guard let path else { return nil }
    if path == "/" { reader.refuse("path", "`path`: / is no folder of logs") }
    if let archive, Claim.isIn(archive.to, path) || Claim.isIn(path, archive.to) {
      reader.refuse(
        "archive", "`archive`: \(archive.to) and \(path) lie in each other; an archive stands elsewhere")
    }
    if let archive, let keep, archive.after.nominalDuration >= keep.nominalDuration {
      reader.refuse(
        "archive", "`archive`: after \(archive.after) nothing is left to archive, `keep` ends at \(keep)")
    }
    if let atMost, atMost.bytes <= 0 {
      reader.refuse("at most", "`at most`: a cap of nothing would delete everything")
    }
    return LogsSpec(
      path: path, match: match ?? "*", keep: keep, atMost: atMost, archive: archive, purgeAt: purgeAt)
  }

  private static func archive(_ reader: MappingReader) -> LogsSpec.Archive? {
    guard let inner = reader.mapping("archive") else { return nil }
    defer { inner.close() }
    let to = inner.value("to", .required) { node throws(Misreading) in try Self.place(node) }
    let after = inner.span("after", .required)
    let configuration = inner.path("config")
    let remote = to.flatMap {
      $0.hasPrefix(Self.scheme) ? RemotePath(String($0.dropFirst(Self.scheme.count))) : nil
    }
    if let to, !to.hasPrefix(Self.scheme), inner.has("config") {
      inner.refuse("config", "`config` is rclone's; \(to) is a folder of this machine")
    }
    guard let to, let after else { return nil }
    let store = remote.map {
      LogsSpec.Store(path: $0, configuration: configuration ?? LogsSpec.Store.configurationDefault)
    }
    return LogsSpec.Archive(to: to, store: store, after: after)
  }

  private static let scheme = "rclone:"

  private static func place(_ node: SpecNode) throws(Misreading) -> String {
    let text = try node.text()
    guard text.hasPrefix(scheme) else { return try node.absolutePath() }
    guard RemotePath(String(text.dropFirst(scheme.count))) != nil else {
      throw Misreading(
        "a cold store is rclone:REMOTE:PATH, such as rclone:cold:logs/web, REMOTE being a section of rclone's configuration",
        at: node.place)
    }
    return text
  }

  private static func pattern(_ node: SpecNode) throws(Misreading) -> String {
    let text = try node.text()
    guard !text.contains("/") else {
      throw Misreading(
        "the pattern is for a file's name, such as \"*.log*\"; folders go into `path`", at: node.place)
    }
    return text
  }

}
