import CrashPoints
import FoundationEssentials
import Host
import Reconciliation

/// Where a controller's records of tests and drills are: one small JSON file per resource, replaced as a whole.
struct Records: Sendable {
  let state: String

  /// A record holds a dozen verdicts of some hundred bytes.
  private static let bytesMax = 256 << 10

  /// What is on record of `id`. One that cannot be understood counts as none: dumps are then tested again.
  /// - Throws: `HostError`
  func read(_ id: ResourceID) throws(HostError) -> Record {
    guard let bytes = try PrivateFile.read(path(of: id), bytesMax: Self.bytesMax) else { return Record() }
    return (try? JSONDecoder().decode(Record.self, from: Data(bytes))) ?? Record()
  }

  /// Changes what is on record. One action at a time is under way on a resource, so nobody else does meanwhile.
  func change(_ id: ResourceID, _ change: (inout Record) -> Void) throws {
    guard let name = FileName("backups") else { return }
    _ = try effect("verdict.folder") { try Folder(state).makeFolder(name) }
    var record = try read(id)
    change(&record)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let bytes = Array(try encoder.encode(record))
    try effect("verdict.keep") {
      try PrivateFile.removeLeftovers(of: path(of: id))
      try PrivateFile.write(bytes, to: path(of: id))
    }
  }

  private func path(of id: ResourceID) -> String { "\(state)/backups/\(id.environment).\(id.name).json" }
}
