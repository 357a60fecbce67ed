internal import CLinux
internal import CrashPoints
internal import Glibc
internal import Synchronization

extension Children {
  /// Starts a child and watches it.
  /// - Throws: ``HostError`` where it cannot be started, or the instance runs already.
  public func start(_ launch: ChildLaunch) async throws -> Child {
    let isFree = state.withLock { state in
      if state.watched.keys.contains(where: { $0.instance == launch.instance }) { return false }
      return state.starting.insert(launch.instance).inserted
    }
    guard isFree else { throw HostError("start", launch.instance, "it runs already", class: .transient) }
    defer { state.withLock { _ = $0.starting.remove(launch.instance) } }
    return try await offPool { try self.spawn(launch) }
  }

  /// Watches a child that an earlier daemon started, and takes over its output. Watching twice is nothing.
  /// Returns false where it has ended.
  /// - Throws: ``HostError``
  public func adopt(_ child: Child) async throws -> Bool {
    if state.withLock({ $0.watched[child] != nil }) { return true }
    return try await offPool {
      let process = try WatchedProcess(child.process) { [weak self] _, end in self?.ended(child, end) }
      guard let process else { return false }
      let output = try self.output(of: child.instance)
      try output.attend()
      // Before it is watched: its end removes the record again. Without one it is kept as well as may be.
      try? self.writeDown(child)
      return try self.watch(child, process)
    }
  }

  /// Makes good what a daemon that was killed right after the start did not come to: until now only the environment
  /// tells which child it is, and the program may write over that.
  private func writeDown(_ child: Child) throws(HostError) {
    guard try records.record(of: child) == nil,
      let environment = try? PseudoFile.read("/proc/\(child.process.pid)/environ"), child.process.isRunning
    else { return }
    try records.complete(try records.begin(child.run, ChildMarker.marks(in: environment)), child)
  }

  /// Why posix_spawn and not the library that runs commands: that one ties a child's life to a task (it kills
  /// the child when the task is cancelled and returns only when the child has ended), which is right for a
  /// command and the opposite of what is wanted here.
  private func spawn(_ launch: ChildLaunch) throws(HostError) -> Child {
    try Self.check(launch)
    let run = randomness.bytes(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let marker = ChildMarker(instance: launch.instance, stateFolder: stateFolder, run: run)
    try makeWay(for: launch.instance)

    let output = try output(of: launch.instance)
    let end = try output.childEnd()
    try output.attend()
    let nothing = try Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC), "open", "/dev/null")

    let marks = launch.marks.merging(marker.variables) { $1 }
    let environment = launch.environment.merging(marks) { $1 }
    let record = try records.begin(run, marks)
    var pid: pid_t = 0
    let failure = effect("child.spawn") {
      CStrings.with(launch.arguments) { arguments in
        CStrings.with(environment.map { "\($0.key)=\($0.value)" }.sorted()) { environment in
          let failure = clinux_spawn_session(
            &pid, launch.arguments[0], arguments, environment, launch.folder, nothing.raw, end.raw)
          if failure == 0 { MemoryScore.expose(pid) }
          return failure
        }
      }
    }
    guard failure == 0 else {
      records.abandon(record)
      throw HostError("start", launch.arguments[0], code: failure)
    }
    do throws(HostError) {
      return try watchStarted(pid, launch.instance, record)
    } catch {
      // Nobody would look after it: better none than one that is not watched.
      effect("child.giveUp") {
        kill(-pid, SIGKILL)
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
      }
      records.abandon(record)
      records.forget(run)
      throw error
    }
  }

  private func watchStarted(
    _ pid: pid_t, _ instance: String, _ record: ChildRecords.Beginning
  ) throws(HostError) -> Child {
    let run = record.run
    let process = try WatchedProcess(started: pid) { [weak self] identity, end in
      self?.ended(Child(instance: instance, process: identity, run: run), end)
    }
    let child = Child(instance: instance, process: process.identity, run: run)
    // Before it is watched: its end removes the record again.
    try records.complete(record, child)
    _ = try watch(child, process)
    return child
  }

  private func watch(_ child: Child, _ process: WatchedProcess) throws(HostError) -> Bool {
    let isNew = state.withLock { state in
      guard state.watched[child] == nil else { return false }
      state.watched[child] = Watched(child: child, process: process)
      return true
    }
    guard isNew else { return true }
    do throws(HostError) {
      try process.watch()
    } catch {
      state.withLock { $0.watched[child] = nil }
      throw error
    }
    return true
  }

  /// A child of this instance that an earlier daemon started and nobody has adopted yet would be doubled.
  /// What an earlier run left behind while no daemon was there may still hold its port, and goes.
  private func makeWay(for instance: String) throws(HostError) {
    // One look at the machine's processes serves both questions: whoever waits for a start waits for it.
    let marked = leftovers(of: instance)
    let recorded = try records.running().first { $0.instance == instance }?.process
    if let running = recorded ?? marked.first(where: { ProcessStatus(of: $0.pid)?.session == $0.pid }) {
      throw HostError("start", instance, "it runs already, as \(running)", class: .transient)
    }
    if !marked.isEmpty { killLeftovers(of: instance) }
  }

  /// posix_spawn gives one error number for a missing program and a missing folder; this tells them apart.
  private static func check(_ launch: ChildLaunch) throws(HostError) {
    guard let program = launch.arguments.first, program.hasPrefix("/") else {
      let subject = launch.arguments.first ?? launch.instance
      throw HostError("start", subject, "not an absolute path; the program is written with its whole path")
    }
    var status = stat()
    guard stat(launch.folder, &status) == 0 else { throw .last("work in", launch.folder) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw HostError("work in", launch.folder, code: ENOTDIR) }
    let texts =
      launch.arguments + launch.environment.keys + launch.environment.values + launch.marks.values + [
        launch.instance
      ]
    if texts.contains(where: { $0.utf8.contains(0) }) {
      throw HostError("start", program, "an argument or a variable has a zero byte in it")
    }
    if launch.environment.keys.contains(where: { $0.isEmpty || $0.contains("=") }) {
      throw HostError("start", program, "a variable has no name, or one with = in it")
    }
  }
}

/// Texts as C wants them: an array of pointers that ends in a null.
enum CStrings {
  static func with<R>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) throws -> R
  ) rethrows -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return try pointers.withUnsafeBufferPointer { try body($0.baseAddress!) }
  }
}
