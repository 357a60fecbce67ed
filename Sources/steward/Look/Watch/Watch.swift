import ArgumentParser
import CLinux
import Calendar
import Glibc
import Host
import StatusAPI
import StatusClient

/// `steward status --watch`: the status, drawn anew whenever something happened.
///
/// It sleeps until the daemon says that something happened, until the daemon looks at something by itself, until the
/// window or somebody's mind changes. Nothing is asked at intervals; only a daemon that is gone is knocked for.
struct Watch {
  let options: ClientOptions
  let environment: String?

  /// Between two drawings at least this, so that a hundred events at once are one drawing.
  private static let restlessness = Duration.milliseconds(50)
  /// A daemon that always has something to look at next is not asked more often than this without an event.
  private static let soonest = Duration.seconds(1)
  /// What stands there as `2d ago` or `tomorrow` gets older without anybody's doing.
  private static let latest = Duration.seconds(60)
  /// How soon to knock again for a daemon that is gone.
  private static let knocking = Duration.seconds(1)

  /// A daemon that takes longer counts as gone: whoever presses Ctrl-C must not wait for it.
  private var client: StatusClient { StatusClient(path: options.socketPath, patience: .seconds(3)) }

  private struct Shown {
    var text: String
    /// What it says without the moments at which the daemon looks, which change all the time and tell nothing.
    var matter: StatusBody
    var daemon: DaemonBody
  }

  func run() throws {
    // Whatever would be refused is refused before the terminal is touched.
    var shown = try look()
    let screen = options.json || Terminal.output.width == nil ? nil : Screen()
    let signals = Signals(around: screen)
    defer { screen?.restore() }
    var complaint: String?
    draw(shown, complaint, on: screen, anew: true)
    while true {
      do {
        var query = EventsQuery()
        query.scope = environment
        query.after = shown.daemon.lastSequence
        var stream = try client.follow(.follow(query))
        if complaint != nil {
          complaint = nil
          shown = try look(shown, nil, on: screen)
        }
        guard try watch(&stream, &shown, screen, signals) else { return }
      } catch let error as StatusClientError {
        if screen == nil, complaint == nil { Output.complain("\(error)") }
        complaint = complaint ?? "since \(now) \(error)"
        draw(shown, complaint, on: screen, anew: screen != nil)
        if pause(Watch.knocking, shown, complaint, screen, signals) == .end { return }
      }
    }
  }

  /// Draws until somebody ends it (false) or the daemon ends the stream (true).
  private func watch(
    _ stream: inout FollowedStream, _ shown: inout Shown, _ screen: Screen?, _ signals: Signals
  ) throws -> Bool {
    while true {
      var hasNews = false
      switch signals.wait(for: stream.hasMore ? .zero : untilNextLook(shown), or: stream.descriptor) {
      case .end: return false
      case .resized: draw(shown, nil, on: screen, anew: true)
      case .time: hasNews = true
      case .readable: break
      }
      while stream.hasMore || signals.isReadable(stream.descriptor) {
        switch try stream.next().body {
        case .event: hasNews = true
        case .heartbeat: break
        case .ended: return true
        }
      }
      guard hasNews else { continue }
      shown = try look(shown, nil, on: screen)
      if pause(Watch.restlessness, shown, nil, screen, signals) == .end { return false }
    }
  }

  /// Sleeps, drawing only where the window changed.
  private func pause(
    _ time: Duration, _ shown: Shown, _ complaint: String?, _ screen: Screen?, _ signals: Signals
  ) -> Signals.News {
    while true {
      let news = signals.wait(for: time, or: nil)
      guard news == .resized else { return news }
      draw(shown, complaint, on: screen, anew: true)
    }
  }

  /// How long the status stays as it is if nothing happens: until the daemon looks at something next.
  private func untilNextLook(_ shown: Shown) -> Duration {
    guard let next = shown.daemon.nextWakeAt else { return Watch.latest }
    // What the look found must have been planned with; a moment later is soon enough.
    let left = SystemClock().now.distance(to: next) + .milliseconds(30)
    return min(max(left, Watch.soonest), Watch.latest)
  }

  private func look() throws -> Shown {
    let answer = try client.ask(.status)
    let text =
      options.json
      ? String(decoding: answer.bytes, as: UTF8.self)
      : try StatusText(answer.body, only: environment, on: .output).text
    var matter = answer.body
    matter.at = .epoch
    matter.daemon.lastTurnAt = nil
    matter.daemon.nextWakeAt = nil
    for environment in matter.environments.indices {
      for resource in matter.environments[environment].resources.indices {
        matter.environments[environment].resources[resource].wakeAt = nil
      }
    }
    return Shown(text: text, matter: matter, daemon: answer.body.daemon)
  }

  private func look(_ before: Shown, _ complaint: String?, on screen: Screen?) throws -> Shown {
    let shown = try look()
    // What is no terminal gets what changed, not what stayed.
    let hasChanged = options.json ? shown.matter != before.matter : shown.text != before.text
    draw(shown, complaint, on: screen, anew: screen != nil || hasChanged)
    return shown
  }

  private func draw(_ shown: Shown, _ complaint: String?, on screen: Screen?, anew: Bool) {
    guard anew else { return }
    guard let screen else {
      Output.write(Array(shown.text.utf8))
      if !options.json { Output.write([UInt8(ascii: "\n")]) }
      return
    }
    let note = complaint.map { Terminal.output.paint("not up to date \($0)", .bad) }
    screen.draw(note.map { "\($0)\n\n\(shown.text)" } ?? shown.text)
  }

  private var now: String {
    let civil = SystemZones.local.civil(at: SystemClock().now)
    return [civil.hour, civil.minute, civil.second].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(
      separator: ":")
  }
}
