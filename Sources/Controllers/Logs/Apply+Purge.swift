import Host
import Reconciliation

extension LogsController {
  /// Removes files, each only if it still is the very one that was planned: same inode, same size, same time, one name,
  /// nobody writing it; and through the descriptor of the folder that holds it, so that no link leads elsewhere.
  func purge(_ action: LogsAction, _ spec: LogsSpec) async throws -> Outcome {
    guard let path = action.from == .logs ? spec.path : spec.archive?.to else {
      throw Failure(
        .terminal, code: "no-archive", operation: action.verb, subject: spec.path,
        cause: "no archive is written")
    }
    let tally = try await offPool {
      var tally = Tally()
      try action.locate(
        in: Folder(path), &tally,
        where: { action.from == .logs ? $0.matches(spec.match) : ArchiveName.isOne($0.description) }
      ) { folder, found, tally in
        do throws(HostError) {
          tally.take(try folder.unlink(found.entry), of: found.file.path)
        } catch {
          tally.skip(found.file.path, error)
        }
      }
      return tally
    }
    let done = action.kind == .trim ? "deleted for the cap" : "purged"
    return try tally.outcome(action.from == .archive ? done + " from the archive" : done, verb: action.verb)
  }
}
