import Calendar
import Host

/// How a folder of dumps is looked at. Blocks: one listing, and one scan of /proc for the newest few.
extension BackupsObserved {
  /// Endings of names of what is still being written, by dump tools and by copying ones.
  static let unfinishedSuffixes = [
    ".part", ".partial", ".tmp", ".temp", ".unfinished", ".incomplete", ".filepart",
  ]
  /// Files of checksums: `sha256sum`'s own name for one that covers a folder, and the ending for one per file.
  static let checksumsName = "SHA256SUMS"
  static let checksumSuffix = ".sha256"

  /// - Throws: `HostError` where the folder cannot be opened or listed: what cannot be seen is not empty.
  static func look(_ path: String, _ spec: BackupsSpec) throws -> BackupsObserved {
    let folder = try Folder(path)
    var observed = BackupsObserved()
    var sums: [String: Instant] = [:]
    var dumps: [FileEntry] = []
    for entry in try folder.entries().entries where entry.kind == .file {
      let name = "\(entry.name)"
      if name == checksumsName || name.hasSuffix(checksumSuffix) {
        sums[name] = entry.modified
      } else if unfinishedSuffixes.contains(where: name.hasSuffix) {
        observed.unfinished.append(name)
      } else if !name.hasPrefix("."), entry.name.matches(spec.match) {
        dumps.append(entry)
      }
    }
    observed.unfinished = Array(observed.unfinished.sorted().prefix(unfinishedMax))
    observed.count = dumps.count
    observed.bytes = dumps.reduce(0) { $0 + $1.sizeBytes }
    observed.oldest = dumps.map(\.modified).min()
    // By time, not by name: names are the dump tool's business, and of equal times the later name is the newer.
    let newest = dumps.sorted { ($0.modified, $0.name) > ($1.modified, $1.name) }.prefix(newestMax)
    let open = OpenFiles.writers(of: Set(newest.map(\.identity)))
    observed.newest = newest.map { entry in
      let name = "\(entry.name)"
      var dump = Dump(
        name: name, inode: entry.identity.inode, bytes: entry.sizeBytes, modified: entry.modified)
      dump.checksums = sums[name + checksumSuffix] ?? sums[checksumsName]
      if case .held = open.holding(entry.identity) { dump.isHeld = true }
      return dump
    }
    if let program = spec.restore?.first {
      // statvfs(2) answers for whatever a path leads to, links on the way included.
      observed.restoreExists = (try? DiskSpace(at: program)) != nil
    }
    return observed
  }
}

extension Dump {
  /// Whether `entry` is this very dump, unchanged.
  func isStill(_ entry: FileEntry) -> Bool {
    entry.kind == .file && entry.identity.inode == inode && entry.sizeBytes == bytes
      && entry.modified == modified
  }
}
