public import EventLog
import Host
import Logging
import Reconciliation

/// The event log can no longer be trusted: after a failed fsync nobody knows what is on the disk. The process must end;
/// the next start looks at what the log holds.
public struct LogLost: Error, CustomStringConvertible {
  /// What the log said.
  public let cause: EventLogError

  public var description: String { "the event log is lost, so stewardd ends to look anew: \(cause)" }
}

extension Daemon {
  /// How long the daemon waits before it tries a full disk again.
  static let stallPause = Duration.seconds(2)

  /// Makes events durable. On a full disk it waits: nothing is done meanwhile, questions are still answered, and what
  /// people ask for is refused with the reason.
  func record(_ events: [Event]) async throws {
    guard !events.isEmpty else { return }
    while true {
      do {
        try await doors.log.append(events)
        if stall != nil { doors.logger.notice("the event log can be written again; going on") }
        stall = nil
        return
      } catch let error where error.kind == .full {
        if stall == nil { doors.logger.critical("nothing is done until there is room: \(error)") }
        stall = "the event log cannot be written: \(error)"
        doors.notifier.tell(.status("stalled: \(error)"))
        refuseReplies()
        try await pauseAlive()
      } catch {
        throw LogLost(cause: error)
      }
    }
  }

  /// A stalled daemon still turns: the watchdog is for a loop that hangs, not for a disk that is full.
  private func pauseAlive() async throws {
    try await doors.clock.sleep(for: Daemon.stallPause)
    doors.notifier.tell(.watchdog)
  }

  private func refuseReplies() {
    guard let stall else { return }
    for reply in replies.values { reply.resume(returning: .answer(.refused(.unavailable, message: stall))) }
    replies = [:]
  }

  /// Tells the journal, and whoever follows.
  func publish(_ events: [Event]) {
    for event in events {
      let scope = event.scope.map { "\($0): " } ?? ""
      doors.logger.log(level: event.severity.level, "\(scope)\(event.message)")
    }
    if !events.isEmpty { doors.onRecorded(events) }
  }
}

extension Severity {
  fileprivate var level: Logger.Level {
    switch self {
    case .info: .info
    case .notice: .notice
    case .warning: .warning
    case .critical: .critical
    }
  }
}
