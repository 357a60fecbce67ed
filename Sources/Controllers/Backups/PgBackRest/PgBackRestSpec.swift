public import Calendar
import Reconciliation
import Specification

/// What the operator wrote of backups that pgBackRest makes.
public struct PgBackRestSpec: Sendable, Hashable {
  /// The cluster's name in pgBackRest's configuration; by default the entry's own.
  public var stanza: String
  /// That configuration; nil: `/etc/pgbackrest/pgbackrest.conf`, or where else pgBackRest looks.
  public var config: String?
  /// Words before every command, by which it becomes that of a user who may read the cluster.
  public var prefix: [String]
  /// How often a backup is a full one; the others are differential. Nil: every one is full.
  public var fullEvery: TimeSpan?
  /// When backups may begin.
  public var window: Hours
  /// The folder in which drills restore; nil: none are made.
  public var scratch: String?
  /// What must be so in a restored cluster, by database: each gives a first value that is neither false nor null.
  public var queries: [String: [String]]

  /// A stanza of this name, backed up at any hour and in full; tests make their own.
  public init(
    stanza: String, config: String? = nil, prefix: [String] = [], fullEvery: TimeSpan? = nil,
    window: Hours = .always, scratch: String? = nil, queries: [String: [String]] = [:]
  ) {
    self.stanza = stanza
    self.config = config
    self.prefix = prefix
    self.fullEvery = fullEvery
    self.window = window
    self.scratch = scratch
    self.queries = queries
  }
}

extension BackupsController {
  private static let ownKeys = ["stanza", "config", "as", "full every", "window", "scratch", "queries"]
  private static let keysOfFiles = ["in", "match", "restore"]

  /// Nil also where the backups are files, for which these keys are a mistake.
  static func pgbackrest(
    _ reader: MappingReader, _ method: BackupsSpec.Method, named name: String
  ) -> PgBackRestSpec? {
    let stanza = reader.text("stanza")
    let config = reader.path("config")
    let prefix = reader.command("as")
    let fullEvery = reader.span("full every")
    let window = reader.hours(open: "window")
    let scratch = reader.path("scratch")
    let queries = queries(reader)
    guard method == .pgbackrest else {
      for key in ownKeys where reader.has(key) {
        reader.refuse(key, "`\(key)` is for `with: pgbackrest`")
      }
      return nil
    }
    return PgBackRestSpec(
      stanza: stanza ?? name, config: config, prefix: prefix ?? [], fullEvery: fullEvery,
      window: window ?? .always, scratch: scratch, queries: queries)
  }

  private static func queries(_ reader: MappingReader) -> [String: [String]] {
    guard reader.has("queries"), let databases = reader.mapping("queries") else { return [:] }
    defer { databases.close() }
    var queries: [String: [String]] = [:]
    for database in databases.names() { queries[database.text] = databases.strings(database.text) }
    return queries
  }

  static func checkRepository(_ reader: MappingReader, hasDrill: Bool) {
    for key in keysOfFiles where reader.has(key) {
      reader.refuse(
        key, "`\(key)` is for `with: files`; pgBackRest's own configuration says where backups are")
    }
    for key in ["drill", "queries"] where reader.has(key) && !reader.has("scratch") {
      reader.refuse(key, "`\(key)` needs `scratch`, the folder in which a drill restores")
    }
  }
}
