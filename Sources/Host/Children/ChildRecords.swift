internal import CrashPoints
internal import Glibc
internal import Synchronization

/// The second way to find a child again: a small file for each in the state folder.
///
/// A program that writes its title over its environment (setproctitle: nginx, PostgreSQL; `$0 = …` in Perl) loses the
/// marks that ``ChildMarker`` reads, and the next daemon would start it a second time. So what its marks were, and which
/// process it is, is written down as well: begun before the start, so that a disk without room is known before anything
/// runs, completed as soon as the process has a number, removed when it has ended. Killed between the start and the
/// completion, some ten microseconds, the daemon leaves the environment as the only mark, which a program that is that
/// young still has; and what was begun tells the next daemon to wait until that program runs.
///
/// The files hold no secret, only marks, in the form of /proc/PID/environ. They are 0600, renamed into place, and not
/// flushed: they outlive the daemon, which is all they are for; what a power cut does to them does not matter, because
/// none of these processes outlives that.
final class ChildRecords: Sendable {
  /// What is written of a child.
  struct Record: Sendable {
    let child: Child
    let marks: [String: String]
  }

  /// A record of a child that is not started yet.
  struct Beginning {
    let run: String
    fileprivate let marks: [String: String]
    fileprivate let file: NewFile
    fileprivate let name: FileName
  }

  private let folder: Folder
  private let stateFolder: String
  /// By run. Nil before the folder was first read: from then on nobody else writes there.
  private let known = Mutex<[String: Record]?>(nil)

  static let processVariable = "STEWARD_PROCESS"
  private static let folderName = "children"
  private static let unfinishedPrefix = "."
  /// Marks take some hundred bytes; a file that is larger is none of these.
  private static let bytesMax = 64 << 10
  /// Ten times as many children as a machine keeps.
  private static let filesMax = 100_000
  /// For a second: where it was killed before the start, nothing comes.
  private static let looksForBegun = 40
  private static let lookForBegunPauseMicroseconds: UInt32 = 25_000

  /// The records in the folder `outer`, whose path is `stateFolder`.
  init(in outer: Folder, stateFolder: String) throws(HostError) {
    guard let name = FileName(Self.folderName) else { throw HostError("open", stateFolder, code: EINVAL) }
    folder = try effect("record.folder") { () throws(HostError) in try outer.makeFolder(name) }
    self.stateFolder = stateFolder
  }

  // MARK: Writing

  /// Takes room for the record of a child that is about to be started.
  func begin(_ run: String, _ marks: [String: String]) throws(HostError) -> Beginning {
    guard let name = FileName(Self.unfinishedPrefix + run) else {
      throw HostError("create", run, "not a name for a file")
    }
    let file = try effect("record.begin") { () throws(HostError) in try folder.create(name) }
    let beginning = Beginning(run: run, marks: marks, file: file, name: name)
    do throws(HostError) {
      try write(marks.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\0" }.joined(), to: file)
    } catch {
      abandon(beginning)
      throw error
    }
    return beginning
  }

  /// Completes the record of a child that was started.
  func complete(_ beginning: Beginning, _ child: Child) throws(HostError) {
    let process = child.process
    try effect("record.complete") { () throws(HostError) in
      try write(
        "\(Self.processVariable)=\(process.pid) \(process.startTicks) \(process.bootID)\0", to: beginning.file
      )
      guard let name = FileName(beginning.run) else { return }
      try folder.rename(beginning.name, to: name, replaces: true)
    }
    known.withLock { $0?[child.run] = Record(child: child, marks: beginning.marks) }
  }

  /// Gives up the record of a child that could not be started.
  func abandon(_ beginning: Beginning) { remove(beginning.name) }

  /// Removes the record of a child that has ended.
  func forget(_ run: String) {
    known.withLock { _ = $0?.removeValue(forKey: run) }
    if let name = FileName(run) { remove(name) }
  }

  private func write(_ text: String, to file: NewFile) throws(HostError) {
    try Array(text.utf8).withUnsafeBufferPointer { buffer throws(HostError) in
      try file.write(UnsafeRawBufferPointer(buffer))
    }
  }

  private func remove(_ name: FileName) {
    _ = effect("record.remove") { name.withCString { unlinkat(folder.descriptor.raw, $0, 0) } }
  }

  // MARK: Reading

  /// The record of a child; nil where there is none.
  func record(of child: Child) throws(HostError) -> Record? {
    try all()[child.run].flatMap { $0.child == child ? $0 : nil }
  }

  /// The children that are written down and run.
  func running() throws(HostError) -> [Child] {
    try all().values.map(\.child).filter(\.process.isRunning)
  }

  /// The children that are written down and have ended. What they left behind still carries their marks, so they are
  /// forgotten only once that is gone: else it would be taken for them.
  func ended() throws(HostError) -> [Child] {
    try all().values.map(\.child).filter { !$0.process.isRunning }
  }

  private func all() throws(HostError) -> [String: Record] {
    try known.withLock { known throws(HostError) in
      if let known { return known }
      let found = try read()
      known = found
      return found
    }
  }

  /// Reads the folder, and removes what an earlier daemon did not come to complete, and what is of an earlier boot.
  private func read() throws(HostError) -> [String: Record] {
    var found: [String: Record] = [:]
    var others: [FileName] = []
    for entry in try folder.entries(limit: Self.filesMax).entries where entry.kind == .file {
      if let record = try record(in: entry), record.child.process.bootID == Machine.bootID {
        found[record.child.run] = record
      } else {
        others.append(entry.name)
      }
    }
    awaitMarks(of: others.map(\.description).filter { $0.hasPrefix(Self.unfinishedPrefix) })
    for name in others { remove(name) }
    return found
  }

  /// A child whose daemon was killed as it was started bears its marks only once its program runs, mostly within
  /// milliseconds. Until then nobody could tell that it is there, and another would be started beside it.
  private func awaitMarks(of begun: [String]) {
    var awaited = Set(begun.map { String($0.dropFirst(Self.unfinishedPrefix.count)) })
    for _ in 0..<Self.looksForBegun where !awaited.isEmpty {
      let pids = (try? ProcessTable.processIDs()) ?? []
      awaited.subtract(pids.compactMap { ChildMarker(of: $0, stateFolder: stateFolder)?.run })
      if !awaited.isEmpty { usleep(Self.lookForBegunPauseMicroseconds) }
    }
  }

  private func record(in entry: FileEntry) throws(HostError) -> Record? {
    guard !entry.name.description.hasPrefix(Self.unfinishedPrefix), entry.sizeBytes <= Self.bytesMax else {
      return nil
    }
    let bytes = try folder.open(entry.name).readAll(bytesMax: Self.bytesMax)
    var marks = ChildMarker.marks(in: bytes)
    guard
      let process = marks.removeValue(forKey: Self.processVariable).flatMap(ProcessIdentity.init(written:)),
      let marker = ChildMarker(environment: bytes, stateFolder: stateFolder),
      marker.run == entry.name.description
    else { return nil }
    return Record(child: Child(instance: marker.instance, process: process, run: marker.run), marks: marks)
  }
}

extension ProcessIdentity {
  /// Reads `4711 99 BOOT`.
  fileprivate init?(written text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 3, let pid = Int32(parts[0]), pid > 0, let ticks = UInt64(parts[1]) else {
      return nil
    }
    self.init(pid: pid, startTicks: ticks, bootID: String(parts[2]))
  }
}
