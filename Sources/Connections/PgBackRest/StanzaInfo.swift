public import Calendar
import FoundationEssentials

/// What `pgbackrest info` says of a stanza.
public struct StanzaInfo: Sendable, Equatable {
  /// How a repository or the stanza stands; the numbers are pgBackRest's (`info/info.c`).
  public enum Status: Int, Sendable, Codable {
    /// Fine.
    case ok = 0
    /// The repository knows no such stanza.
    case noStanza = 1
    /// The stanza has no backup.
    case noBackup = 2
    /// The stanza is there, and what it needs to be used is not.
    case noData = 3
    /// The repositories stand differently.
    case mixed = 4
    /// The repositories are of different databases.
    case mismatch = 5
    /// The backup that was asked for is not there.
    case noSuchBackup = 6
    /// Anything else: what the message says.
    case other = 99
  }

  /// One of the places that hold backups.
  public struct Repository: Sendable, Equatable {
    /// Its number in the configuration.
    public let key: Int
    /// How it stands.
    public let status: Status
    /// That in words.
    public let message: String
  }

  /// One backup.
  public struct Backup: Sendable, Equatable {
    /// Its name: `20261124-164543F`.
    public let label: String
    /// Whether it stands by itself.
    public let isFull: Bool
    /// In which repository it is.
    public let repository: Int
    /// When it was begun.
    public let began: Instant
    /// When it was finished: the latest moment that it holds by itself.
    public let ended: Instant
    /// The size of the database in it, in bytes: what a restore writes.
    public let bytes: Int64
    /// Whether pages in it have wrong checksums.
    public let isDamaged: Bool
    /// The first WAL segment that it needs.
    public let firstSegment: String
    /// The backups that it needs.
    public let references: [String]
  }

  /// How the stanza stands.
  public let status: Status
  /// That in words.
  public let message: String
  /// Each repository.
  public let repositories: [Repository]
  /// Whether a backup is being made.
  public let isLocked: Bool
  /// The backups of the cluster as it is now, oldest first; those from before an upgrade are left out.
  public let backups: [Backup]
  /// The major version of PostgreSQL; nil where nothing is known of the cluster.
  public let version: String?
  /// The database's folder in an archive: `15-1`.
  public let archiveID: String?
  /// The newest WAL segment in any archive.
  public let newestSegment: String?

  /// - Throws: ``PgBackRestError`` where the answer is not what pgBackRest 2.45 gives.
  init(json: [UInt8], of stanza: String) throws(PgBackRestError) {
    let found: Answer?
    do {
      found = try JSONDecoder().decode([Answer].self, from: Data(json)).first { $0.name == stanza }
    } catch {
      throw PgBackRestError(
        code: nil, reason: "pgbackrest info cannot be understood: it is not as 2.45 writes it")
    }
    guard let found else {
      throw PgBackRestError(code: nil, reason: "pgbackrest info says nothing of \(stanza)")
    }
    status = Status(rawValue: found.status.code) ?? .other
    message = found.status.message
    isLocked = found.status.lock?.backup.held ?? false
    repositories = found.repo.map { repository in
      let lines = repository.status.message.split(whereSeparator: \.isNewline)
      return Repository(
        key: repository.key, status: Status(rawValue: repository.status.code) ?? .other,
        message: lines.first.map(String.init) ?? "")
    }
    let current = found.db.max { $0.id < $1.id }
    version = current?.version
    archiveID = current.map { "\($0.version)-\($0.id)" }
    newestSegment = found.archive.filter { $0.database.id == current?.id }.compactMap(\.max)
      .max { $0.suffix(16) < $1.suffix(16) }
    backups = found.backup.filter { $0.database.id == current?.id }.map { backup in
      Backup(
        label: backup.label, isFull: backup.type == "full", repository: backup.database.repository,
        began: Instant(seconds: backup.timestamp.start), ended: Instant(seconds: backup.timestamp.stop),
        bytes: backup.info.size, isDamaged: backup.error ?? false, firstSegment: backup.archive.start ?? "",
        references: backup.reference ?? [])
    }.sorted { ($0.ended, $0.label) < ($1.ended, $1.label) }
  }
}

/// The JSON, as far as it is needed.
private struct Answer: Decodable {
  struct State: Decodable {
    struct Locks: Decodable {
      struct Lock: Decodable { var held: Bool }
      var backup: Lock
    }
    var code: Int
    var message: String
    var lock: Locks?
  }
  struct Database: Decodable {
    var id: Int
    var version: String
  }
  struct Reference: Decodable {
    var id: Int
    var repository: Int
    enum CodingKeys: String, CodingKey {
      case id
      case repository = "repo-key"
    }
  }
  struct Archive: Decodable {
    var database: Reference
    var max: String?
  }
  struct Repository: Decodable {
    var key: Int
    var status: State
  }
  struct Backup: Decodable {
    struct Range: Decodable { var start: String? }
    struct Info: Decodable { var size: Int64 }
    struct Times: Decodable {
      var start: Int64
      var stop: Int64
    }
    var archive: Range
    var database: Reference
    var error: Bool?
    var info: Info
    var label: String
    var reference: [String]?
    var timestamp: Times
    var type: String
  }
  var name: String
  var status: State
  var repo: [Repository]
  var db: [Database]
  var archive: [Archive]
  var backup: [Backup]
}
