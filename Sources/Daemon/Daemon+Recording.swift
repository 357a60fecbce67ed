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
  ///
  /// An event that the log refuses is a mistake of the program's about that event, and no lost log: what it says is left
  /// out, and its place is kept.
  /// - Returns: The events as they are durable.
  @discardableResult
  func record(_ events: [Event]) async throws -> [Event] {
    guard !events.isEmpty else { return [] }
    var events = events
    var refused: Set<Int64> = []
    while true {
      do {
        try await doors.log.append(events)
        if stall != nil { doors.logger.notice("the event log can be written again; going on") }
        stall = nil
        return events
      } catch let error where error.kind == .full {
        if stall == nil { doors.logger.critical("nothing is done until there is room: \(error)") }
        stall = "the event log cannot be written: \(error)"
        doors.notifier.tell(.status("stalled: \(error)"))
        answerAll(with: .unavailable, "the event log cannot be written: \(error)")
        try await pauseAlive()
      } catch {
        guard error.kind == .refused, let index = events.firstIndex(where: { $0.sequence == error.event }),
          refused.insert(events[index].sequence).inserted
        else { throw LogLost(cause: error) }
        doors.logger.critical("\(error); what it says is left out")
        events[index] = events[index].leftOut(because: error.message)
      }
    }
  }

  /// A stalled daemon still turns: the watchdog is for a loop that hangs, not for a disk that is full.
  private func pauseAlive() async throws {
    try await doors.clock.sleep(for: Daemon.stallPause)
    doors.notifier.tell(.watchdog)
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
