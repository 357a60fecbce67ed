public import Calendar
public import Reconciliation
public import Specification

/// What the operator wrote of one set of backups.
///
///     backups:
///       main: {of: database/main, in: /srv/backups/main, match: "*.dump", every: 1d, rpo: 1d, rto: 1h,
///              shrink at most: 50%, drill: monthly, restore: [/srv/bin/restore, "{backup}", "{scratch}"]}
///       changes: {of: database/main, with: pgbackrest, every: 1d, full every: 7d, window: 01:00-05:00, rpo: 5min,
///                 rto: 1h, drill: weekly, scratch: /srv/restore, queries: {shop: [select count(*) > 0 from orders]}}
public struct BackupsSpec: Sendable, Hashable {
  /// What makes them.
  public enum Method: String, Sendable, CaseIterable {
    /// Anything that puts one file per backup into a folder.
    case files
    /// pgBackRest, which stewardd starts when a backup is due.
    case pgbackrest
  }

  /// What they are backups of, for people: `database/main`.
  public var of: String?
  /// The folder of dumps; always there with ``Method/files``.
  public var folder: String?
  /// Which files are dumps, by a shell pattern on their names; every file where not written.
  public var match: String
  /// What makes them.
  public var method: Method
  /// How often a new one comes.
  public var every: TimeSpan
  /// How much may be lost: the newest sound backup is never to be older. Nil: not asked for.
  public var rpo: TimeSpan?
  /// How long a restore may take. Nil: not asked for.
  public var rto: Duration?
  /// How much smaller than the ones before it a new dump may be without a finding.
  public var shrinkAtMost: Percentage
  /// When a restore is to be proved. Nil: only when asked for.
  public var drill: CalendarExpression?
  /// How to restore: `{backup}` stands for the dump's path, `{scratch}` for an empty folder of its own.
  public var restore: [String]?
  /// What is written for pgBackRest; there if, and only if, that is the ``method``.
  public var pgbackrest: PgBackRestSpec?

  /// Whether a restore can be proved at all.
  var canRestore: Bool { restore != nil || pgbackrest?.scratch != nil }

  /// Half: logs of a database that was cleaned up may shrink, a dump that lost its largest table shrinks more.
  static let shrinkAtMostDefault = Percentage(partsPerMillion: 500_000)
}

extension BackupsController {
  public static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Resource<BackupsSpec>] {
    MappingReader.entries(of: section, path: name, mistakes: mistakes).compactMap { entry in
      let reader = MappingReader(entry.node, path: "\(name)/\(entry.name.text)", mistakes: mistakes)
      defer { reader.close() }
      let id = ResourceID(environment: environment.name, controller: name, name: entry.name.text)
      return spec(reader, named: entry.name.text, environment.zones).map {
        Resource(id, spec: $0, node: entry.node)
      }
    }
  }

  /// Dumps are looked at, and a drill's folder is emptied: nobody else is to delete in either.
  public static func claims(of resource: Resource<BackupsSpec>) -> [Claim] {
    let spec = resource.spec
    let instead = "somebody else would delete in it; keep it elsewhere"
    let dumps = spec.folder.map {
      Claim($0, .files(match: spec.match, deletes: false), by: "in", instead: instead)
    }
    let scratch = spec.pgbackrest?.scratch.map {
      Claim($0, .files(match: "*", deletes: false), by: "scratch", instead: instead)
    }
    return [dumps, scratch].compactMap(\.self)
  }

  private static func spec(_ reader: MappingReader, named name: String, _ zones: ZoneDatabase)
    -> BackupsSpec?
  {
    let method = reader.choice("with", BackupsSpec.Method.self) ?? .files
    let pgbackrest = pgbackrest(reader, method, named: name)
    let of = reader.text("of")
    let folder = reader.path("in", method == .files ? .required : .optional)
    let match = reader.value("match") { node throws(Misreading) in try pattern(node) }
    let every = reader.span("every", .required)
    let rpo = reader.span("rpo")
    let rto = reader.duration("rto")
    let shrink = reader.percent("shrink at most")
    let drill = reader.recurrence("drill", zones: zones)
    let restore = reader.command("restore")
    switch method {
    case .files: check(reader, restore, hasDrill: drill != nil)
    case .pgbackrest: checkRepository(reader, hasDrill: drill != nil)
    }
    guard let every else { return nil }
    if method == .files, let rpo, rpo.nominalDuration < every.nominalDuration {
      reader.mistakes.warn(
        "`rpo`: a dump every \(every) loses up to \(every); \(rpo) needs more than dumps, continuous archiving for one",
        at: reader.place(of: "rpo"))
    }
    return BackupsSpec(
      of: of, folder: folder, match: match ?? "*", method: method, every: every, rpo: rpo, rto: rto,
      shrinkAtMost: shrink ?? BackupsSpec.shrinkAtMostDefault, drill: drill, restore: restore,
      pgbackrest: pgbackrest)
  }

  private static func check(_ reader: MappingReader, _ restore: [String]?, hasDrill: Bool) {
    if hasDrill, !reader.has("restore") {
      reader.refuse(
        "drill", "`drill` needs `restore`, the command that restores \"{backup}\" into \"{scratch}\"")
    }
    guard let restore else { return }
    if !restore.contains(where: { $0.contains("{backup}") }) {
      reader.refuse(
        "restore", "`restore`: \"{backup}\" is in none of the words; it stands for the dump's path")
    }
    for word in restore {
      for placeholder in unknownPlaceholders(in: word) {
        reader.refuse(
          "restore", "`restore`: `\(placeholder)` stands for nothing; known are {backup} and {scratch}")
      }
    }
  }

  private static func unknownPlaceholders(in word: String) -> [String] {
    word.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { rest in
      guard let end = rest.firstIndex(of: "}") else { return nil }
      let name = rest[..<end]
      let isWord = !name.isEmpty && name.allSatisfy { $0.isLetter }
      return isWord && name != "backup" && name != "scratch" ? "{\(name)}" : nil
    }
  }

  private static func pattern(_ node: SpecNode) throws(Misreading) -> String {
    let text = try node.text()
    guard !text.contains("/") else {
      throw Misreading(
        "the pattern is for a file's name, such as \"*.dump\"; the folder goes into `in`", at: node.place)
    }
    return text
  }
}
