internal import Glibc
internal import Synchronization

extension Children {
  /// The children of this state folder that run now, whoever started them, one for each instance. To be asked
  /// once when the daemon starts, and whenever memory and machine may differ.
  /// - Throws: ``HostError`` where processes cannot be looked at: that is not "none".
  public func list() async throws -> [Child] {
    try await offPool { try self.find() }
  }

  /// The marks that a child of ``list()`` was started with (``ChildLaunch/marks``), whoever started it; empty where
  /// nothing tells them any more.
  /// - Throws: ``HostError``
  public func marks(of child: Child) async throws -> [String: String] {
    try await offPool {
      if let record = try self.records.record(of: child) { return record.marks }
      let environment = try? PseudoFile.read("/proc/\(child.process.pid)/environ")
      // Its number may have been given to another between the two.
      guard let environment, child.process.isRunning else { return [:] }
      return ChildMarker.marks(in: environment)
    }
  }

  /// The children of this state folder that run now, by their environment and their records.
  func find() throws(HostError) -> [Child] {
    // One that ended while no daemon was there. Of a child that is watched, whoever watches it takes care.
    for child in try records.ended() where state.withLock({ $0.watched[child] == nil }) {
      _ = killStrays(of: child)
      records.forget(child.run)
    }
    var found: [String: Child] = [:]
    for child in try records.running() { found[child.instance] = child }
    for pid in try ProcessTable.processIDs() where pid != Machine.processID {
      // Asked first because it costs little and leaves few: every child leads its session.
      guard let status = ProcessStatus(of: pid), status.session == pid, status.isRunning,
        let marker = ChildMarker(of: pid, stateFolder: stateFolder)
      else { continue }
      let process = ProcessIdentity(pid: pid, startTicks: status.startTicks)
      let child = Child(instance: marker.instance, process: process, run: marker.run)
      // A record and an environment may tell of the same one. A descendant that began a session of its own carries the same marker; the child is the one that was
      // there first.
      if let other = found[child.instance], other.process.startTicks <= process.startTicks { continue }
      found[child.instance] = child
    }
    return found.values.sorted { $0.instance < $1.instance }
  }

  /// The processes a child has besides its first one: those of its session, and those that carry its
  /// environment.
  func strays(of child: Child) -> [ProcessIdentity] {
    let leader = ProcessStatus(of: child.process.pid)
    // Once the child is gone and its session is empty, its number may belong to a stranger.
    let isStrangersSession = leader.map { $0.startTicks != child.process.startTicks } ?? false
    return ((try? ProcessTable.processIDs()) ?? []).compactMap { pid in
      guard pid != Machine.processID, pid != child.process.pid, let status = ProcessStatus(of: pid),
        status.isRunning, status.startTicks >= child.process.startTicks
      else { return nil }
      let isOfSession = status.session == child.process.pid && !isStrangersSession
      guard isOfSession || ChildMarker(of: pid, stateFolder: stateFolder)?.run == child.run else {
        return nil
      }
      return ProcessIdentity(pid: pid, startTicks: status.startTicks)
    }
  }

  /// Processes of any run of an instance that has no child: descendants that outlived it.
  func leftovers(of instance: String) -> [ProcessIdentity] {
    ((try? ProcessTable.processIDs()) ?? []).compactMap { pid in
      guard pid != Machine.processID, let marker = ChildMarker(of: pid, stateFolder: stateFolder),
        marker.instance == instance
      else { return nil }
      return ProcessIdentity(running: pid)
    }
  }
}
