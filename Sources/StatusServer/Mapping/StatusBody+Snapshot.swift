import Glibc
import Reconciliation
import StatusAPI

extension StatusBody {
  /// What a caller with this sight is shown. An environment of which no good version is known has no access
  /// list: its name, file and state are shown to whoever may see anything, its mistakes only to the owner.
  init(_ snapshot: Snapshot, to sight: Sight) {
    let reconciler = snapshot.reconciler
    self.init(
      at: snapshot.now, daemon: DaemonBody(snapshot), controllers: reconciler.controllers,
      environments: reconciler.environments.sorted { $0.key < $1.key }.compactMap { name, state in
        guard sight.reaches(name) || state.header == nil else { return nil }
        return EnvironmentBody(
          name, state, in: reconciler, at: snapshot.now, showsMistakes: sight.reaches(name))
      })
  }
}

extension DaemonBody {
  init(_ snapshot: Snapshot) {
    let daemon = snapshot.daemon
    self.init(
      version: daemon.version, pid: getpid(), startedAt: daemon.startedAt,
      configurationFolder: daemon.configurationFolder, stateFolder: daemon.stateFolder,
      lastSequence: snapshot.reconciler.memory.lastSequence, lastTurnAt: daemon.lastTurnAt,
      nextWakeAt: snapshot.reconciler.nextWake, logStalled: daemon.logStalled,
      problems: daemon.problems)
  }
}
