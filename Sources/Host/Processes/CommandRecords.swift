internal import CrashPoints
internal import Glibc

/// Which commands are under way, written down so that the next daemon ends what a killed one left running: a rotation
/// beside the one that is begun again, a restore into a folder that is emptied.
///
/// Each command has a name of its own, in its environment, which its descendants inherit, and as an empty file in the
/// state folder from before its start until it has ended. What a command that came to its end left behind on purpose,
/// a service in a session of its own, has a name that is written down no more, and runs on.
public struct CommandRecords: Sendable {
  static let variable = "STEWARD_COMMAND"
  private static let folderName = "commands"
  /// How long what was left has between SIGTERM and SIGKILL: a daemon must be there again within two seconds.
  private static let graceLooks = 50
  private static let lookPauseMicroseconds: UInt32 = 10_000
  private static let looksMax = 500

  private let folder: Folder
  private let stateFolder: String
  private let randomness: any Randomness

  /// The records of a state folder, which must exist and belong to one daemon only.
  /// - Throws: ``HostError``
  public init(
    stateFolder: String, randomness: any Randomness = SystemRandomness()
  ) throws(HostError) {
    guard let name = FileName(Self.folderName) else { throw HostError("open", stateFolder, code: EINVAL) }
    folder = try effect("commands.folder") { () throws(HostError) in try Folder(stateFolder).makeFolder(name)
    }
    self.stateFolder = stateFolder
    self.randomness = randomness
  }

  /// A command that is written down.
  struct Run: Sendable {
    fileprivate let name: FileName
    /// What its environment must hold.
    let mark: String
  }

  /// Writes down a command that is about to be started.
  func begin() throws(HostError) -> Run {
    let text = randomness.bytes(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    guard let name = FileName(text) else { throw HostError("create", text, "not a name for a file") }
    _ = try effect("command.note") { () throws(HostError) in try folder.create(name) }
    return Run(name: name, mark: mark(name))
  }

  /// Strikes out a command that has ended.
  func end(_ run: Run) { strike(run.name) }

  /// Ends what earlier daemons left running; to be called before anything is run. Returns how many processes there
  /// were. Blocks.
  /// - Throws: ``HostError`` where processes cannot be looked at.
  public func endLeftovers() throws(HostError) -> Int {
    let names = try folder.entries().entries.map(\.name)
    guard !names.isEmpty else { return 0 }
    let marks = Set(names.map { Array("\(Self.variable)=\(mark($0))".utf8)[...] })
    var ended: Set<ProcessIdentity> = []
    for look in 0..<Self.looksMax {
      let found = try processes(with: marks)
      if found.isEmpty { break }
      if look == 0 || look >= Self.graceLooks {
        for process in found {
          effect("command.end") { _ = try? process.signal(look == 0 ? .terminate : .kill) }
        }
      }
      ended.formUnion(found)
      usleep(Self.lookPauseMicroseconds)
    }
    for name in names { strike(name) }
    return ended.count
  }

  private func mark(_ name: FileName) -> String { "\(name)@\(stateFolder)" }

  private func processes(with marks: Set<ArraySlice<UInt8>>) throws(HostError) -> [ProcessIdentity] {
    try ProcessTable.processIDs().compactMap { pid in
      guard pid != Machine.processID, let environment = PseudoFile.environment(of: pid),
        environment.split(separator: 0).contains(where: marks.contains)
      else { return nil }
      return ProcessIdentity(running: pid)
    }
  }

  private func strike(_ name: FileName) {
    _ = effect("command.forget") { name.withCString { unlinkat(folder.descriptor.raw, $0, 0) } }
  }
}
