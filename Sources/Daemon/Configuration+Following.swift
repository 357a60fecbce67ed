import Desired
import Host
import Reconciliation
import Synchronization

extension Configuration {
  /// The first reading, whose inputs the daemon takes in before it says that it is ready.
  func start(telling daemon: isolated Daemon) async throws -> [Input] {
    var inputs = try await offPool { [self] in
      defer { keepGood() }
      return try read(isSettled: true) ?? []
    }
    daemon.problems = problems
    // Environments that the log knows and the folder no longer holds were let go of while nobody looked.
    let present = state.withLock { $0.files.present }
    for (name, file) in daemon.reconciler.memory.files.sorted(by: { $0.key < $1.key })
    where !present.contains(name) && file.state != .released {
      inputs.append(.released(environment: name))
    }
    return inputs
  }

  /// Reads again whenever something changes, somebody asks, or a minute is over; ends when its task is cancelled.
  func follow(into inbox: Inbox) async {
    await withTaskGroup(of: Void.self) { group in
      let (causes, cause) = AsyncStream.makeStream(of: Cause.self, bufferingPolicy: .bufferingNewest(4))
      group.addTask { [folder] in
        // Without inotify the minute's rescan still sees everything.
        guard let watch = try? FolderWatch([folder, "\(folder)/environments"]) else { return }
        for await _ in watch.news() { cause.yield(.changed) }
      }
      group.addTask { [clock] in
        while (try? await clock.sleep(for: Configuration.rescanEvery)) != nil { cause.yield(.changed) }
      }
      group.addTask { [wishes] in for await _ in wishes { cause.yield(.asked) } }
      group.addTask { [self] in
        for await found in causes {
          var inputs = try? await offPool { try self.read(isSettled: false) }
          if inputs == nil {
            try? await clock.sleep(for: Configuration.gapLongest)
            inputs = try? await offPool { try self.read(isSettled: true) }
          }
          for input in inputs ?? [] { inbox.put(input) }
          if let wait = state.withLock({ $0.files.takeAgainIn() }) {
            Task { [clock] in
              try? await clock.sleep(for: wait)
              cause.yield(.changed)
            }
          }
          try? await offPool { self.keepGood() }
          inbox.put(.configured(problems: problems))
          if found == .asked { inbox.put(.reloaded) }
        }
      }
    }
  }

  private enum Cause { case changed, asked }
}
