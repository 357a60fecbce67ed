import Calendar
import CrashPoints
import Host
import Reconciliation
import Synchronization

extension LogsController {
  /// Removes files, each only if it still is the very one that was planned: same inode, same size, same time, one name,
  /// nobody writing it; and through the descriptor of the folder that holds it, so that no link leads elsewhere.
  func purge(_ action: LogsAction, _ spec: LogsSpec) async throws -> Outcome {
    guard let path = action.from == .logs ? spec.path : spec.archive?.to else {
      throw Failure(
        .terminal, code: "no-archive", operation: action.verb, subject: spec.path,
        cause: "no archive is written")
    }
    if action.from == .archive, let store = spec.archive?.store { return try await purge(action, in: store) }
    let isMeant: @Sendable (FileName) -> Bool = {
      action.from == .logs ? $0.matches(spec.match) : ArchiveName.isOne($0.description)
    }
    let tally =
      if let upTo = action.upTo {
        try await removeAll(below: path, changedUpTo: upTo, where: isMeant)
      } else {
        try await offPool { try remove(action, below: path, where: isMeant) }
      }
    let done = action.kind == .trim ? "deleted for the cap" : "purged"
    return try tally.outcome(action.from == .archive ? done + " from the archive" : done, verb: action.verb)
  }

  /// The files that the action names.
  private func remove(
    _ action: LogsAction, below path: String, where isMeant: (FileName) -> Bool
  ) throws -> Tally {
    var tally = Tally()
    try action.locate(in: Folder(path), &tally, where: isMeant) { folder, found, tally in
      do throws(HostError) {
        let removal = try effect("logs.remove") { () throws(HostError) in try folder.unlink(found.entry) }
        tally.take(removal, of: found.file.path)
      } catch {
        tally.skip(found.file.path, error)
      }
    }
    return tally
  }

  /// Every file that matches and has not changed since, but for those that somebody writes or that have several names.
  private func removeAll(
    below path: String, changedUpTo upTo: Instant, where isMeant: @escaping @Sendable (FileName) -> Bool
  ) async throws -> Tally {
    let (root, open) = try await offPool {
      let root = try Folder(path)
      return (root, OpenFiles.writers())
    }
    let all = Mutex(Tally())
    _ = try await root.walk(threads: 2) { visited in
      var tally = Tally()
      for entry in visited.entries
      where entry.kind == .file && entry.modified <= upTo && entry.links == 1
        && entry.mount == root.mount && isMeant(entry.name)
      {
        let name = { ObservedFile(entry, in: visited.place).path }
        do throws(HostError) {
          if case .held(let processes) = open.holding(entry.identity) {
            tally.skip(name(), held(by: processes))
          } else {
            let removal = try effect("logs.purge") { () throws(HostError) in try visited.folder.unlink(entry)
            }
            tally.take(removal, of: name())
          }
        } catch {
          tally.skip(name(), error)
        }
      }
      all.withLock { [tally] in $0.add(tally) }
    }
    return all.withLock { $0 }
  }
}

/// Why a file that is open for writing is left.
func held(by processes: [Int32]) -> String {
  "kept open by process \(processes.sorted().map(String.init).joined(separator: ", "))"
}
