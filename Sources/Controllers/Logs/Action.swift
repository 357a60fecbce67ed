public import Calendar
public import Reconciliation
import Specification

/// What is done with some files of a folder of logs. It carries each file's marks, so that what is removed is what was
/// looked at; and so few files that one action ends soon and can be read. Of more files past `keep` than that it names
/// the first, and says up to which last change all others go too: nobody approves those one by one, and a hundred
/// actions would each look at all files again.
public struct LogsAction: ControllerAction {
  /// What is done.
  public enum Kind: String, Sendable, Codable {
    /// Removes what the file no longer keeps.
    case purge
    /// Compresses into the archive, proves the copy, removes the original.
    case archive
    /// Removes what is still to be kept, because the folder is over its cap.
    case trim
  }

  /// Whose files.
  public enum Source: String, Sendable, Codable {
    case logs, archive
  }

  /// What is done.
  public var kind: Kind
  /// Whose files.
  public var from: Source
  /// The files, oldest first.
  public var files: [ObservedFile]
  /// Besides these, every file goes that last changed up to this moment; nil: only these.
  public var upTo: Instant?

  /// The most files of one purge: an event that names them is some ten thousands of bytes.
  public static let filesMax = 500
  /// The most files of one archiving, each read, written, read again.
  public static let archivedMax = 100
  /// What one archiving takes on at most, beyond its first file: minutes, not hours.
  public static let archivedBytesMax: Int64 = 4_000_000_000
  /// How many names the line for people shows.
  static let namesMax = 10
  /// How much of each: folders in folders make names of any length, and whoever may write there chooses them.
  static let nameBytesMax = 100
  /// The most bytes of names in one action, beyond its first file: an event holds them all.
  static let nameBytesInAllMax = 128 << 10

  /// An action on `files`, cut to what one action may do; with `upTo`, to what one line names.
  public init(
    _ kind: Kind, from source: Source = .logs, _ files: [ObservedFile], upTo: Instant? = nil
  ) {
    self.kind = kind
    self.from = source
    self.upTo = upTo
    let most =
      switch kind {
      case _ where upTo != nil: Self.namesMax
      case .purge, .trim: Self.filesMax
      case .archive: Self.archivedMax
      }
    var bytes: Int64 = 0
    var nameBytes = 0
    self.files = files.prefix(most).prefix { file in
      defer {
        bytes += file.bytes
        nameBytes += file.path.utf8.count
      }
      guard nameBytes > 0 else { return true }
      return nameBytes + file.path.utf8.count <= Self.nameBytesInAllMax
        && (kind != .archive || upTo != nil || bytes + file.bytes <= Self.archivedBytesMax)
    }
  }

  public var verb: String { kind.rawValue }

  public var risk: Risk { kind == .trim ? .destructive : .safe }

  public var rule: String? {
    switch kind {
    case .purge: "keep"
    case .archive: "archive"
    case .trim: "at most"
    }
  }

  public var description: String {
    let what: String =
      switch (kind, from) {
      case (.purge, .logs): "purge"
      case (.purge, .archive): "purge from the archive"
      case (.archive, _): "archive"
      case (.trim, _): "delete, younger than `keep`, for the cap:"
      }
    let names = files.prefix(Self.namesMax).map { $0.path.cut(toBytes: Self.nameBytesMax) }
      .joined(separator: ", ")
    if let upTo { return "\(what) all that last changed up to \(Figures.minute(upTo)): \(names) and more" }
    let bytes = files.reduce(0) { $0 + $1.bytes }
    var line = "\(what) \(Figures.count(files.count, "file")), \(ByteCount(bytes: bytes).words)"
    if let first = files.first, let last = files.last {
      line += ", last changed \(Figures.minute(first.modified))"
      if files.count > 1 { line += " to \(Figures.minute(last.modified))" }
    }
    line += ": " + names
    return files.count > Self.namesMax ? line + " and \(files.count - Self.namesMax) more" : line
  }
}
