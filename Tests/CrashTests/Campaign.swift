import Fixtures
import Glibc
import Host
import Synchronization

/// A point in a step, as it was seen to be passed.
struct Place: Hashable, Sendable, CustomStringConvertible {
  let step: Step
  /// `secrets.set/secrets.rotate/command.run:before`.
  let point: String
  /// The how-manieth time in the daemon's life.
  let time: Int

  var description: String { "\(step) \(point)#\(time)" }
}

/// A kill, and maybe another one while the next daemon recovers.
struct Kill: Sendable, CustomStringConvertible {
  enum Moment: Sendable {
    case at(Place)
    /// So long after the step began.
    case after(Step, milliseconds: Int)
  }
  let first: Moment
  /// The point at which the next daemon is killed; nil where it is let live.
  var second: String?

  var step: Step {
    switch first {
    case .at(let place): place.step
    case .after(let step, _): step
    }
  }

  var description: String {
    let first =
      switch first {
      case .at(let place): "\(place)"
      case .after(let step, let milliseconds): "\(step) after \(milliseconds) ms"
      }
    return first + (second.map { ", then \($0)" } ?? "")
  }
}

/// What came of a kill.
struct Report: Sendable {
  /// Whether the daemon died as meant, at the first point and at the second.
  var hits = (first: false, second: false)
  /// What the daemon that recovered passed, up to where it came to rest.
  var recovery: [String] = []
  /// What is broken, with the last words of the daemons.
  var broken: String?
}

extension World {
  /// Starts a daemon and waits until it has come to rest or died.
  @discardableResult
  func live(killedAt point: String? = nil) async throws -> Bool {
    daemon = try Life(in: self, killedAt: point)
    do {
      try await until(within: 30) { try await isAsWritten() }
      return true
    } catch is Died {
      return false
    }
  }

  /// Lets a step happen and waits for all that it leads to, or for the daemon's end.
  func pass(_ step: Step) async throws {
    do {
      try await step.begin(self)
      try await until(within: 30) {
        if step == .terminate || step == .interrupt { return daemon?.ended != nil }
        return try await isAsWritten()
      }
    } catch {
      // The socket breaks off a moment before the process is gone.
      for _ in 0..<100 where daemon?.ended == nil { try await Task.sleep(for: .milliseconds(10)) }
      if daemon?.ended == nil { throw error }
    }
  }

  /// Kills a daemon as meant, lets the next one recover, and holds everything against its promise.
  func suffer(_ kill: Kill) async throws -> Report {
    var report = Report()
    var deadly: String?
    if case .at(let place) = kill.first { deadly = "\(place.point)#\(place.time)" }
    daemon?.end(SIGKILL)
    try kill.step.prepare(self)
    // A start is the step itself where nothing else is: what it leads to is not waited for.
    if try await live(killedAt: deadly) {
      switch kill.first {
      case .at: try await pass(kill.step)
      case .after(_, let milliseconds):
        let end = Task { [pid = daemon?.pid ?? 0] in
          try await Task.sleep(for: .milliseconds(milliseconds))
          if pid > 0 { Glibc.kill(pid, SIGKILL) }
        }
        try await pass(kill.step)
        try await end.value
      }
    }
    report.hits.first = daemon?.wasKilled ?? false
    daemon?.end(SIGKILL)
    if let second = kill.second {
      report.hits.second = try await !live(killedAt: second)
      daemon?.end(SIGKILL)
    }
    daemon = try Life(in: self)
    do {
      if kill.step == .orders { try await letGo() }
      try await checkPromises()
    } catch let error as Died {
      report.broken = "the next daemon died: \(error)"
    } catch {
      report.broken = "\(error)"
    }
    report.recovery = daemon?.passed ?? []
    return report
  }

  /// What the daemons said last.
  var lastWords: String {
    (text("said") ?? "").split(separator: "\n").suffix(40).joined(separator: "\n")
  }
}
