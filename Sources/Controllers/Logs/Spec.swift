public import Calendar
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
    public var to: String
    /// How old a log is, by its last change, when it is moved.
    public var after: TimeSpan
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
    var archives: [String: String] = [:]
    return MappingReader.entries(of: section, path: name, mistakes: mistakes).compactMap { entry in
      let reader = MappingReader(entry.node, path: "\(name)/\(entry.name.text)", mistakes: mistakes)
      defer { reader.close() }
      guard let spec = spec(reader, environment.zones) else { return nil }
      if let folder = spec.archive?.to, let other = archives.updateValue(entry.name.text, forKey: folder) {
        // Each purges its archive by its own `keep`.
        reader.refuse(
          "archive", "`archive`: \(folder) is already the archive of logs/\(other); each needs its own")
      }
      let id = ResourceID(environment: environment.name, controller: name, name: entry.name.text)
      return Resource(id, spec: spec, node: entry.node)
    }
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
    if let archive, isInside(archive.to, path) || isInside(path, archive.to) {
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
    guard let to = inner.path("to", .required), let after = inner.span("after", .required) else { return nil }
    return LogsSpec.Archive(to: to, after: after)
  }

  private static func pattern(_ node: SpecNode) throws(Misreading) -> String {
    let text = try node.text()
    guard !text.contains("/") else {
      throw Misreading(
        "the pattern is for a file's name, such as \"*.log*\"; folders go into `path`", at: node.place)
    }
    return text
  }

  private static func isInside(_ inner: String, _ outer: String) -> Bool {
    inner == outer || inner.hasPrefix(outer == "/" ? "/" : outer + "/")
  }
}
