#if DEBUG || FUZZING
  import Calendar
  import Glibc
  @testable import Host
  @testable import Instances
  @testable import Logs
  import Reconciliation

  /// What the kernel tells of processes: any program chooses its name and its environment.
  let kernel = Language(
    name: "kernel", seeds: ["/proc/self/stat", "Tests/Fuzz/Seeds/kernel"]
  ) { bytes in
    if let status = ProcessStatus(line: bytes) { _ = status.isRunning }
    let marks = ChildMarker.marks(in: bytes)
    // Byte by byte: a combining mark behind the prefix makes its last character another.
    promise(marks.keys.allSatisfy { $0.utf8.starts(with: ChildMarker.prefix.utf8) }, "\(marks)")
    let folder = "/var/lib/steward"
    if let marker = ChildMarker(environment: bytes, stateFolder: folder) {
      let written = marker.variables.map { "\($0.key)=\($0.value)\0" }.joined()
      promise(ChildMarker(environment: Array(written.utf8), stateFolder: folder) == marker, "\(marker)")
    }
    _ = SocketActivation.sockets(
      marks.mapKeys { String($0.dropFirst(ChildMarker.prefix.count)) }, processID: 1)
    let text = String(decoding: bytes, as: UTF8.self)
    let id = ResourceID(environment: "staging", controller: "instances", name: "web")
    if let mark = Mark(of: id, index: 1, variables: marks) {
      promise(Mark(of: id, index: 1, variables: mark.variables) == mark, "\(mark)")
    }
    if let name = InstanceName(text) { promise(InstanceName(name.description) == name, "\(name)") }
    if let grant = SecretGrant(text) { promise(SecretGrant(grant.description) == grant, "\(grant)") }
    _ = Mark.index(of: text, in: id)
    _ = ArchiveName.isOne(text)
    _ = FileName(text)
    _ = SystemZones.name(inLink: text)
  }

  extension Dictionary {
    fileprivate func mapKeys<Other: Hashable>(_ change: (Key) -> Other) -> [Other: Value] {
      .init(map { (change($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// The records of children in the state folder: whatever is in the file, at most one child comes of it.
  let records = Language(name: "records", seeds: ["Tests/Fuzz/Seeds/records"]) { bytes in
    let file = open(scratch + "/children/run", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { fatalError("no scratch folder") }
    _ = write(file, bytes, bytes.count)
    close(file)
    guard let folder = try? Folder(scratch),
      let records = try? ChildRecords(in: folder, stateFolder: scratch),
      let running = try? records.running()
    else { fatalError("the records cannot be read") }
    promise(running.allSatisfy { $0.run == "run" && $0.process.isRunning }, "\(running)")
  }

  private let scratch: String = {
    let path = "/tmp/steward-fuzz-\(getpid())"
    mkdir(path, 0o700)
    mkdir(path + "/children", 0o700)
    atexit {
      unlink(scratch + "/children/run")
      rmdir(scratch + "/children")
      rmdir(scratch)
    }
    return path
  }()
#endif
