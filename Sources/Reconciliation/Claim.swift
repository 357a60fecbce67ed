/// What only one resource of all environments may have, such as a file that is written or an account: two would undo each
/// other's work, at each look anew.
public struct Claim: Sendable, Hashable {
  /// How far a claim goes.
  public enum Extent: Sendable, Hashable {
    /// The thing itself.
    case itself
    /// The files in a folder, and in the folders in it, whose names a pattern fits; and whether whoever claims them deletes
    /// them. Where nobody deletes, two may look at the same ones.
    case files(match: String, deletes: Bool)
  }

  /// What it is, as whoever wants the same says it too: `/srv/web.env`, `web in db1:5432`.
  public let thing: String
  /// How far it goes.
  public let extent: Extent
  /// The key by which the resource wants it.
  public let key: String
  /// What one writes instead, for people: `give each secret a file of its own`.
  public let instead: String

  /// A claim of `thing`; of a folder's files the path of the folder.
  public init(_ thing: String, _ extent: Extent = .itself, by key: String, instead: String) {
    self.thing = thing
    self.extent = extent
    self.key = key
    self.instead = instead
  }

  /// The folder whose files are deleted on its account; nil: none are.
  public var emptiedFolder: String? {
    if case .files(_, deletes: true) = extent { thing } else { nil }
  }

  /// Whether one of the two would undo, or delete, what the other has.
  public func collides(with other: Claim) -> Bool {
    switch (extent, other.extent) {
    case (.itself, .itself): thing == other.thing
    case (.files(let match, true), .itself):
      Self.isIn(other.thing, thing) && FilePattern(match).fits(other.fileName)
    case (.itself, .files): other.collides(with: self)
    case (.files(let match, let deletes), .files(let otherMatch, let otherDeletes)):
      (deletes || otherDeletes) && (Self.isIn(thing, other.thing) || Self.isIn(other.thing, thing))
        && FilePattern(match).overlaps(FilePattern(otherMatch))
    case (.files(_, false), .itself): false
    }
  }

  /// Whether a path is a folder's, or lies in it.
  public static func isIn(_ path: String, _ folder: String) -> Bool {
    path == folder || path.hasPrefix(folder == "/" ? "/" : folder + "/")
  }

  private var fileName: String { thing.split(separator: "/").last.map(String.init) ?? "" }
}
