import Calendar
import CrashPoints
import Cryptography
import Host
import Rclone
import Reconciliation

/// An archive in a cold store. The same order as in a folder: the whole copy gets its name, is read back from the store and
/// compared, and only then does the log go.
extension LogsController {
  func archive(_ action: LogsAction, _ spec: LogsSpec, in store: LogsSpec.Store) async throws -> Outcome {
    let (root, located, before) = try await offPool {
      var tally = Tally()
      var located: [Located] = []
      let root = try Folder(spec.path)
      try action.locate(in: root, &tally, where: { $0.matches(spec.match) }) { _, found, _ in
        located.append(found)
      }
      return (root, located, tally)
    }
    var tally = before
    var there: [String: Int64] = [:]
    for entry in try await rclone(store).list(store.path) { there[entry.path] = entry.bytes }
    for found in located {
      do {
        try await move(found, from: root, to: store, &there, &tally)
      } catch let error as HostError {
        tally.skip(found.file.path, error)
        // A store that does not take one takes no other.
        break
      }
    }
    return try tally.outcome("archived", verb: action.verb)
  }

  private func rclone(_ store: LogsSpec.Store) -> Rclone {
    Rclone(commands, configuration: store.configuration)
  }

  private func move(
    _ found: Located, from root: Folder, to store: LogsSpec.Store, _ there: inout [String: Int64],
    _ tally: inout Tally
  ) async throws {
    let (folder, log, digest) = try await offPool {
      let folder = try root.descend(found.place)
      let log = try folder.open(found.entry.name, expecting: found.entry.identity)
      return (folder, log, try log.digest())
    }
    guard found.file.isStill(log.entry) else {
      return tally.skip(found.file.path, "it changed since it was looked at")
    }
    let place = found.place.map { "\($0)" }
    guard (place + ["\(found.entry.name)"]).allSatisfy({ RemotePath.isName($0) }) else {
      return tally.skip(found.file.path, "its name is none that every store keeps as it is")
    }
    let name = try await copy(log, digest, at: place, to: store, &there)
    let removal = try await offPool { try effect("cold.take") { try folder.unlink(found.entry) } }
    tally.take(removal, of: found.file.path)
    guard case .spared = removal else { return }
    // The log went on; a copy of half of it in the archive would only be in the way of the whole one.
    try await rclone(store).remove([name], in: store.path)
    there[name] = nil
  }

  /// The name of the proven copy: one that an earlier attempt made, or a new one.
  private func copy(
    _ log: OpenFile, _ digest: SHA256Digest, at place: [String], to store: LogsSpec.Store,
    _ there: inout [String: Int64]
  ) async throws -> String {
    for attempt in 0..<Self.sameNamesMax {
      let target = ArchiveName(log.entry, attempt: attempt)
      let name = (place + [target.name]).joined(separator: "/")
      let isNew = there[name] == nil
      if isNew {
        try await rclone(store).put(
          Packing.link(log.rawDescriptor), through: target.packing.filter, to: name, in: store.path)
        withExtendedLifetime(log) {}
        there[name] = 0
      }
      let found: String?
      do {
        found = try await rclone(store).digest(of: name, in: store.path, through: target.packing.inverse)
      } catch let error as HostError {
        // What lay there before and cannot be read proves nothing; what was just written must be read.
        if isNew { throw error }
        found = nil
      }
      if found == digest.hex { return name }
    }
    throw HostError(
      "archive", log.path, "what was read back from \(store.path) is not what was written", class: .transient)
  }

  /// Removes what `action` names, or all up to its moment, if it is still there as it was.
  func purge(_ action: LogsAction, in store: LogsSpec.Store) async throws -> Outcome {
    let listed = try await rclone(store).list(store.path).compactMap { ObservedFile($0) }
    let wanted = Dictionary(action.files.map { ($0.path, $0.size) }, uniquingKeysWith: { first, _ in first })
    let going = listed.filter { file in
      action.upTo.map { file.modified <= $0 } ?? (wanted[file.path] == file.size)
    }
    try await rclone(store).remove(going.map(\.path), in: store.path)
    let left = Set(try await rclone(store).list(store.path).map(\.path))
    var tally = Tally()
    if action.upTo == nil { tally.gone = action.files.count - going.count }
    for file in going {
      tally.take(
        left.contains(file.path) ? .spared("the store kept it") : .removed(freedBytes: file.bytes),
        of: file.path)
    }
    return try tally.outcome("purged from the archive", verb: action.verb)
  }
}

extension LogsObserved {
  /// What was archived in a store, by one call.
  static func look(at store: LogsSpec.Store, by commands: any CommandRunner) async throws -> Shelf {
    let entries = try await Rclone(commands, configuration: store.configuration).list(store.path)
    let files = entries.compactMap { ObservedFile($0) }.sorted {
      ($0.modified, $0.path) < ($1.modified, $1.path)
    }
    return Shelf(
      files: files.count, bytes: files.reduce(0) { $0 + $1.bytes }, oldest: files.first?.modified,
      newest: files.last?.modified, candidates: Array(files.prefix(Shelf.oldestMax)))
  }
}

extension ObservedFile {
  /// A file in a store, if it is one that was archived from here. Its time is the one in its name: not every store keeps a
  /// file's own. Its number is drawn from its path: a store has no inodes.
  init?(_ entry: Rclone.Entry) {
    let name = entry.path.split(separator: "/").last.map(String.init) ?? ""
    guard let modified = ArchiveName.moment(of: name) else { return nil }
    let number = entry.path.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
    }
    self.init(path: entry.path, inode: number, size: entry.bytes, bytes: entry.bytes, modified: modified)
  }
}
