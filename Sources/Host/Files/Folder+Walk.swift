/// How far a walk goes.
public struct WalkLimits: Sendable {
  /// How many folders deep. Each open level holds a descriptor, and a log tree deeper than this is a mistake
  /// or an attack.
  public var depthMax = 32
  /// How many entries in all.
  public var entriesMax = Folder.entriesMax
  /// The limits as they are by default.
  public init() {}
}

/// One folder met on a walk.
public struct VisitedFolder: Sendable {
  /// The folder, open.
  public let folder: Folder
  /// The names that lead to it from where the walk began; ``Folder/descend(_:)`` finds it again.
  public let place: [FileName]
  /// What it holds, its subfolders among them.
  public let entries: [FileEntry]
}

/// What a walk left out.
public struct WalkReport: Sendable, Equatable {
  /// How many entries were met.
  public var entriesSeen = 0
  /// Folders that are mounts of their own and were not entered.
  public var mounts: [String] = []
  /// Folders that could not be entered, each with the reason.
  public var unreadable: [String] = []
  /// Whether a limit cut the walk short.
  public var isTruncated = false
}

extension Folder {
  /// Visits this folder and every folder below it, parents first, without following links or crossing into
  /// other mounts.
  ///
  /// What cannot be entered is reported, not thrown: one unreadable folder must not hide the others.
  /// - Throws: ``HostError`` where this folder itself cannot be listed; what `visit` throws.
  public func walk(
    _ limits: WalkLimits = WalkLimits(), _ visit: (VisitedFolder) throws -> Void
  ) throws -> WalkReport {
    var report = WalkReport()
    let listing = try entries(limit: limits.entriesMax)
    try walk(listing, [], limits, &report, visit)
    return report
  }

  private func walk(
    _ listing: Listing, _ place: [FileName], _ limits: WalkLimits, _ report: inout WalkReport,
    _ visit: (VisitedFolder) throws -> Void
  ) throws {
    report.entriesSeen += listing.entries.count
    if listing.isTruncated { report.isTruncated = true }
    try visit(VisitedFolder(folder: self, place: place, entries: listing.entries))

    for entry in listing.entries where entry.kind == .folder {
      guard place.count < limits.depthMax, report.entriesSeen < limits.entriesMax else {
        report.isTruncated = true
        return
      }
      let inner: Folder
      let innerListing: Listing
      do throws(HostError) {
        inner = try subfolder(entry.name)
        innerListing = try inner.entries(limit: limits.entriesMax - report.entriesSeen)
      } catch {
        if error.isMountPoint {
          report.mounts.append(path(of: entry.name))
        } else if !error.isAbsent {
          report.unreadable.append(error.description)
        }
        continue
      }
      try inner.walk(innerListing, place + [entry.name], limits, &report, visit)
    }
  }
}
