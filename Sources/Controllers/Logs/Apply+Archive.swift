import CrashPoints
import Cryptography
import Host
import Reconciliation

/// One log goes to the archive in this order, so that at any moment the log, or its proven copy, or both are there:
/// copy to a name of its own, fsync, unpack and compare, rename, fsync the folder, and only then remove the log, if it
/// has not changed meanwhile. An attempt that was cut short left at most an unfinished copy, which the next one
/// removes, or a finished one, which the next one finds and compares.
extension LogsController {
  func archive(_ action: LogsAction, _ spec: LogsSpec) async throws -> Outcome {
    guard let archive = spec.archive else {
      throw Failure(
        .terminal, code: "no-archive", operation: action.verb, subject: spec.path,
        cause: "no archive is written")
    }
    if let store = archive.store { return try await self.archive(action, spec, in: store) }
    let (root, store, located, before) = try await offPool {
      var tally = Tally()
      var located: [Located] = []
      let root = try Folder(spec.path)
      let store = try Folder(archive.to)
      try action.locate(in: root, &tally, where: { $0.matches(spec.match) }) { _, found, _ in
        located.append(found)
      }
      return (root, store, located, tally)
    }
    var tally = before
    var bytesArchived: Int64 = 0
    for found in located {
      do {
        bytesArchived += try await move(found, from: root, to: store, &tally)
      } catch let error as HostError {
        tally.skip(found.file.path, error)
        // A full archive does not get emptier with the next file.
        if error.class == .needsOperator { break }
      }
    }
    return try tally.outcome("archived", verb: action.verb, more: ["bytesArchived": .integer(bytesArchived)])
  }

  /// Returns what the copy occupies; 0 where the log was left.
  private func move(_ found: Located, from root: Folder, to store: Folder, _ tally: inout Tally) async throws
    -> Int64
  {
    let (folder, shelf, log, digest) = try await offPool {
      let folder = try root.descend(found.place)
      let log = try folder.open(found.entry.name, expecting: found.entry.identity)
      let shelf = try effect("archive.folder") { try found.place.reduce(store) { try $0.makeFolder($1) } }
      return (folder, shelf, log, try log.digest())
    }
    guard found.file.isStill(log.entry) else {
      tally.skip(found.file.path, "it changed since it was looked at")
      return 0
    }
    let copy = try await copy(log, digest, into: shelf)
    let removal = try await offPool { try effect("archive.take") { try folder.unlink(found.entry) } }
    tally.take(removal, of: found.file.path)
    guard case .spared = removal else { return copy.allocatedBytes }
    // The log went on; a copy of half of it in the archive would only be in the way of the whole one.
    _ = try await offPool { try effect("archive.return") { try shelf.unlink(copy, ifUnchanged: false) } }
    return 0
  }

  /// The proven copy: one that an earlier attempt made, or a new one.
  private func copy(_ log: OpenFile, _ digest: SHA256Digest, into shelf: Folder) async throws -> FileEntry {
    for attempt in 0..<Self.sameNamesMax {
      let target = ArchiveName(log.entry, attempt: attempt)
      guard let name = FileName(target.name) else { break }
      if let taken = try await offPool({ try shelf.entry(name) }) {
        guard taken.kind == .file else { continue }
        let packed = try await offPool { try shelf.open(name, expecting: taken.identity) }
        if try await target.packing.digest(of: packed, by: commands) == digest { return packed.entry }
        continue
      }
      return try await pack(log, digest, into: shelf, name, target.packing)
    }
    throw HostError(
      "archive", log.path, "the archive has other logs under each of the names that it could have")
  }

  private func pack(
    _ log: OpenFile, _ digest: SHA256Digest, into shelf: Folder, _ name: FileName, _ packing: Packing
  ) async throws -> FileEntry {
    guard let unfinished = FileName(".\(name).unfinished") else {
      throw HostError("archive", log.path, "its name is too long")
    }
    let copy = try await offPool {
      try effect("archive.begin") {
        if let left = try shelf.entry(unfinished) { _ = try shelf.unlink(left, ifUnchanged: false) }
        return try shelf.create(unfinished)
      }
    }
    do {
      try await packing.pack(log, into: copy, by: commands)
      let packed = try await offPool {
        try effect("archive.sync") { try copy.sync() }
        return try shelf.open(unfinished)
      }
      guard try await packing.digest(of: packed, by: commands) == digest else {
        throw HostError(
          "archive", log.path, "the copy is not the same: it changed meanwhile, or the disk is bad",
          class: .transient)
      }
      return try await offPool {
        try effect("archive.publish") {
          try shelf.rename(unfinished, to: name)
          try shelf.sync()
        }
        guard let entry = try shelf.entry(name) else {
          throw HostError("archive", log.path, "the copy vanished")
        }
        return entry
      }
    } catch {
      _ = try? await offPool {
        try effect("archive.abandon") {
          if let left = try shelf.entry(unfinished) { _ = try shelf.unlink(left, ifUnchanged: false) }
        }
      }
      throw error
    }
  }

  /// Logs of one name and one second with different content: more than this is no rotation.
  static let sameNamesMax = 10
}
