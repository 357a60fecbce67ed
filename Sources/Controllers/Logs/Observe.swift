import Calendar
import Host
import Synchronization

/// How a folder of logs is looked at: a walk over all files, on two threads, and one scan of /proc.
extension LogsObserved {
  /// - Throws: `HostError` where the folder cannot be opened or listed: what cannot be seen is not empty.
  static func look(_ spec: LogsSpec, by commands: any CommandRunner) async throws -> LogsObserved {
    let folder = try await offPool { try Folder(spec.path) }
    let found = try await Walked.walk(folder) { $0.matches(spec.match) }
    var observed = try await offPool {
      // Of no file it is not asked who holds it: a scan of /proc costs a thousand looks at a file.
      let open = found.isEmpty ? OpenFiles.writers(of: []) : OpenFiles.writers()
      var observed = LogsObserved(logs: found.shelf(open))
      observed.blindSpot = found.blindSpot(open)
      observed.freePercent = try folder.space().freePercent
      return observed
    }
    guard let archive = spec.archive else { return observed }
    do {
      if let store = archive.store {
        observed.archive = try await look(at: store, by: commands)
        return observed
      }
      let folder = try await offPool { try Folder(archive.to) }
      observed.archive = try await Walked.walk(folder) { ArchiveName.isOne($0.description) }.shelf(nil)
    } catch let error as HostError {
      observed.archiveProblem = error.isAbsent ? "the folder \(archive.to) is not there" : "\(error)"
    }
    return observed
  }
}

/// What one walk met.
private struct Walked: Sendable {
  var shelf = Shelf()
  /// Those of other users than this process's: only for these does it matter that their processes cannot be seen.
  private var foreign: [FileIdentity] = []
  /// Files that are mounts of their own.
  private var mounts: [String] = []
  /// Files that may go, until the next cut in no order.
  private var eligible: [(entry: FileEntry, place: [FileName])] = []

  var isEmpty: Bool { eligible.isEmpty }

  /// Twice as many as are handed on, so that files which turn out to be held leave enough of the others.
  private static let eligibleMax = 2 * Shelf.oldestMax

  static func walk(
    _ folder: Folder, where isMeant: @escaping @Sendable (FileName) -> Bool
  ) async throws -> Walked {
    let all = Mutex(Walked())
    let report = try await folder.walk(threads: 2) { visited in
      let meant = visited.entries.filter { $0.kind == .file && isMeant($0.name) }
      all.withLock {
        for entry in meant { $0.take(entry, in: visited, mount: folder.mount) }
      }
    }
    var found = all.withLock { $0 }
    found.shelf.problems = found.problems(report)
    found.cut(to: eligibleMax)
    return found
  }

  private mutating func take(_ entry: FileEntry, in visited: VisitedFolder, mount: UInt64) {
    guard entry.mount == mount else {
      mounts.append("\(visited.folder.path)/\(entry.name)")
      return
    }
    shelf.files += 1
    shelf.bytes += entry.allocatedBytes
    shelf.oldest = min(shelf.oldest ?? entry.modified, entry.modified)
    shelf.newest = max(shelf.newest ?? entry.modified, entry.modified)
    guard entry.links == 1 else {
      shelf.severalNames += 1
      return
    }
    if entry.isForeign { foreign.append(entry.identity) }
    eligible.append((entry, visited.place))
    if eligible.count >= 4 * Self.eligibleMax { cut(to: Self.eligibleMax) }
  }

  /// The oldest; of those as old as each other the ones with the lower number, so that each look names the same.
  private mutating func cut(to count: Int) {
    eligible.sort {
      ($0.entry.modified, $0.entry.identity.inode) < ($1.entry.modified, $1.entry.identity.inode)
    }
    if eligible.count > count { eligible.removeLast(eligible.count - count) }
  }

  private func problems(_ report: WalkReport) -> [String] {
    var problems = report.mounts.map { "\($0) is another mount and was not entered" }
    problems += mounts.sorted().map { "\($0) is a mount of its own and is left alone" } + report.unreadable
    if report.isTruncated { problems.append("there are more entries than one look takes in") }
    let more = problems.count - Shelf.problemsMax
    return more > 0 ? problems.prefix(Shelf.problemsMax - 1) + ["and \(more + 1) more"] : problems
  }

  /// The shelf with those of its oldest files that nobody writes, and, beside them, as many that somebody does.
  func shelf(_ open: OpenFiles?) -> Shelf {
    var shelf = shelf
    var names: [Int32: String] = [:]
    var free = 0
    for (entry, place) in eligible where free < Shelf.oldestMax {
      var file = ObservedFile(entry, in: place)
      if case .held(let processes)? = open?.holding(entry.identity) {
        file.heldBy = processes.sorted().prefix(3).map { process in
          let name = names[process] ?? Self.name(of: process)
          names[process] = name
          return "\(name) (\(process))"
        }.joined(separator: ", ")
      } else {
        free += 1
      }
      shelf.candidates.append(file)
    }
    return shelf
  }

  func blindSpot(_ open: OpenFiles) -> String? {
    for identity in foreign {
      if case .unknown(let reason) = open.holding(identity) { return reason }
    }
    return nil
  }

  private static func name(of process: Int32) -> String {
    guard let name = FileName("comm"),
      let bytes = try? Folder("/proc/\(process)").open(name).readAll(bytesMax: 256)
    else { return "a process" }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}

extension ObservedFile {
  init(_ entry: FileEntry, in place: [FileName]) {
    self.init(
      path: (place + [entry.name]).map(\.description).joined(separator: "/"), inode: entry.identity.inode,
      size: entry.sizeBytes, bytes: entry.allocatedBytes, modified: entry.modified)
  }

  /// Whether `entry` is this very file, unchanged.
  func isStill(_ entry: FileEntry) -> Bool {
    entry.kind == .file && entry.identity.inode == inode && entry.sizeBytes == size
      && entry.modified == modified
  }
}

extension FileEntry {
  /// Whether it belongs to another user than this process's, so that processes may write it that cannot be looked at.
  var isForeign: Bool { ownerID != Machine.effectiveUser }
}

extension DiskSpace {
  /// The share that can still be written, in whole percent, rounded down.
  var freePercent: Int { totalBytes > 0 ? Int(availableBytes / max(1, totalBytes / 100)) : 100 }
}
