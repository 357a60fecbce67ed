import Host
import Reconciliation
import Specification

/// What came of an action, file by file: every byte that was freed, and why the others were left.
struct Tally: Sendable {
  var files = 0
  var bytesFreed: Int64 = 0
  /// Files that were gone already, by somebody else's hand or an earlier attempt's.
  var gone = 0
  private(set) var skipped: [(path: String, reason: String)] = []
  /// The first that the system refused, if any.
  private(set) var refusal: HostError?

  /// How many skipped files are named; the rest is counted.
  private static let skippedMax = 20

  mutating func skip(_ path: String, _ reason: String) { skipped.append((path, reason)) }

  mutating func skip(_ path: String, _ error: HostError) {
    skipped.append((path, error.reason))
    refusal = refusal ?? error
  }

  mutating func take(_ removal: Removal, of path: @autoclosure () -> String) {
    switch removal {
    case .removed(let bytes):
      files += 1
      bytesFreed += bytes
    case .wasGone: gone += 1
    case .spared(let reason): skip(path(), reason)
    }
  }

  /// What came of another part of the same action.
  mutating func add(_ part: Tally) {
    files += part.files
    bytesFreed += part.bytesFreed
    gone += part.gone
    skipped += part.skipped
    refusal = refusal ?? part.refusal
  }

  /// The outcome, in the words of what was done: `purged`.
  /// - Throws: `Failure` where the system refused and nothing was done at all.
  func outcome(_ done: String, verb: String, more: [String: JSON] = [:]) throws -> Outcome {
    if files == 0, gone == 0, let refusal { throw Failure(refusal, during: verb) }
    var message = "\(done) \(Figures.count(files, "file")), \(ByteCount(bytes: bytesFreed).words) freed"
    if gone > 0 { message += ", \(gone) gone before" }
    if !skipped.isEmpty { message += ", \(skipped.count) left: \(skipped[0].path), \(skipped[0].reason)" }
    var details = more
    details["files"] = .integer(Int64(files))
    details["bytesFreed"] = .integer(bytesFreed)
    details["gone"] = .integer(Int64(gone))
    details["skippedFiles"] = .integer(Int64(skipped.count))
    details["skipped"] = .array(
      skipped.prefix(Self.skippedMax).map { ["path": .string($0.path), "reason": .string($0.reason)] })
    return Outcome(message, details: .object(details))
  }
}

/// A file of an action, found again.
struct Located: Sendable {
  let file: ObservedFile
  let entry: FileEntry
  /// The subfolders that lead to it.
  let place: [FileName]
}

extension LogsAction {
  /// Finds the files of this action again, wherever below `root` they are called by now, and calls `body` with each
  /// in the folder that holds it, open. Blocks.
  func locate(
    in root: Folder, _ tally: inout Tally, where isMeant: (FileName) -> Bool,
    _ body: (Folder, Located, inout Tally) throws -> Void
  ) throws {
    var wanted: [UInt64: ObservedFile] = [:]
    for file in files { wanted[file.inode] = file }
    // On an overlay two files of different layers may have one number: what speaks against the one is kept until
    // everything was looked at for the other.
    var objections: [UInt64: String] = [:]
    let open = OpenFiles.writers()
    _ = try root.walk { visited in
      for entry in visited.entries where entry.mount == root.mount {
        guard let file = wanted[entry.identity.inode] else { continue }
        if let objection = objection(to: file, as: entry, open, isMeant) {
          objections[file.inode] = objections[file.inode] ?? objection
          continue
        }
        try body(visited.folder, Located(file: file, entry: entry, place: visited.place), &tally)
        // Met once; a second name would make it two, and then it stays.
        wanted[file.inode] = nil
      }
    }
    for file in files where wanted[file.inode] != nil {
      if let objection = objections[file.inode] { tally.skip(file.path, objection) } else { tally.gone += 1 }
    }
  }

  private func objection(
    to file: ObservedFile, as entry: FileEntry, _ open: OpenFiles, _ isMeant: (FileName) -> Bool
  ) -> String? {
    guard file.isStill(entry) else { return "it changed since it was looked at" }
    guard isMeant(entry.name) else { return "it was renamed to what does not match" }
    guard case .held(let processes) = open.holding(entry.identity) else { return nil }
    return held(by: processes)
  }
}
