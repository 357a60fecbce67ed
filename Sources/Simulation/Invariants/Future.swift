import Calendar
import Reconciliation

struct ForecastComesTrue: Invariant {
  static let sentence = "The forecast of a faultless stretch equals what then happened."
  static let moments: Set<Moment.Kind> = [.inspect, .recorded, .closed]
  private typealias Gist = [(what: String, at: Instant)]
  private var foreseen: [Event]?
  private var seen: [Event] = []
  private var end = Instant.distantPast

  /// A look at everything comes first, and what it led to.
  private static let settling = Duration.seconds(2 * 3_600)
  /// Actions take no time in a forecast: a restore may take most of an hour.
  private static let tolerance = Duration.seconds(3_600)

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    switch moment {
    case .inspect where foreseen == nil && stage.elapsed >= stage.script.stillFrom + Self.settling:
      end = stage.wall + (stage.script.length - stage.elapsed)
      var events: [Event] = []
      let forecast = Forecast(of: shell.reconciler, from: stage.wall, to: end) { event, _ in
        events.append(event)
      }
      if forecast.isCutOff { return "the forecast is cut off" }
      foreseen = events
    case .recorded(let events) where foreseen != nil: seen += events
    case .closed: return difference(shell)
    default: break
    }
    return nil
  }

  private func difference(_ shell: Shell) -> String? {
    guard let foreseen, shell.stage.elapsed >= shell.stage.script.length else { return nil }
    for id in shell.stage.ids {
      let (will, did) = (gist(foreseen, id), gist(seen, id))
      let end = parting(of: did, from: will) ?? end
      if let missed = missing(in: did, of: will, until: end) {
        return "\(id): foreseen and did not happen: \(missed.what) at \(missed.at)"
      }
      if let more = missing(in: will, of: did, until: end) {
        return "\(id): happened and was not foreseen: \(more.what) at \(more.at)"
      }
    }
    return nil
  }

  /// The first that has no like of about the same time among others. Actions take no time in a forecast: two secrets that turn
  /// together restart everything once there, and here twice.
  private func missing(in others: Gist, of all: Gist, until end: Instant) -> Gist.Element? {
    all.first { what, at in at + Self.tolerance < end && !others.has(what, within: Self.tolerance, of: at) }
  }

  /// When a change window closed before something that takes time was as far as in the forecast, where it takes none: from then
  /// on the two part rightly.
  private func parting(of did: Gist, from will: Gist) -> Instant? {
    did.first { what, at in
      guard what.hasPrefix("waiting "), !will.has(what, within: Self.tolerance, of: at) else { return false }
      return will.has("intended " + what.dropFirst("waiting ".count), within: Self.tolerance, of: at)
    }?.at
  }

  private func gist(_ events: [Event], _ id: ResourceID) -> Gist {
    let kinds: [EventKind] = [.intended, .finding, .cleared, .waiting, .failed, .unconfirmed]
    return Self.lasting(
      events.filter { $0.scope == Scope(id) && kinds.contains($0.kind) }.map { event in
        ("\(event.kind.rawValue) \(event.body["verb"].text ?? event.body["code"].text ?? "")", event.at)
      })
  }

  /// Without what was found and mended within the time that actions may take: in a forecast they take none.
  private static func lasting(_ gist: Gist) -> Gist {
    var left = gist
    for (what, at) in gist where what.hasPrefix("finding ") {
      let end = "cleared " + what.dropFirst("finding ".count)
      guard
        let found = left.firstIndex(where: { $0.what == what && $0.at == at }),
        let mended = left[found...].firstIndex(where: { $0.what == end }),
        left[found].at.distance(to: left[mended].at) < tolerance
      else { continue }
      left.remove(at: mended)
      left.remove(at: found)
    }
    return left
  }
}

extension [(what: String, at: Instant)] {
  fileprivate func has(_ what: String, within tolerance: Duration, of moment: Instant) -> Bool {
    contains {
      $0.what == what && (moment - tolerance...moment + tolerance).contains($0.at)
    }
  }
}

struct Converges: Invariant {
  static let sentence =
    "Without faults every resource is as written, or closed, within nine days: a week for a window, and two."
  static let moments: Set<Moment.Kind> = [.inspect]
  private var unsettled: [ResourceID: (since: Duration, state: ResourceState)] = [:]
  private static let deadline = Duration.seconds(9 * 86_400)

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .inspect(let id) = moment, shell.stage.isCalm else { return nil }
    guard let kept = shell.reconciler.resources[id] else { return "\(id) is not kept" }
    guard !isSettled(kept, shell.stage) else {
      unsettled[id] = nil
      return nil
    }
    let since = unsettled[id]?.since ?? shell.stage.elapsed
    unsettled[id] = (since, kept.state)
    guard shell.stage.elapsed - since > Self.deadline else { return nil }
    return
      "\(id) is \(kept.state.rawValue) since \(Trace.words(since)): \(kept.plan?.headline ?? "no plan"), "
      + "held \(kept.held.map(\.wait.reason)), waits \(kept.plan?.waitingOn.map(\.reason) ?? []), "
      + "findings \(kept.plan?.findings.map(\.code) ?? [])"
  }

  private func isSettled(_ kept: Kept, _ stage: Stage) -> Bool {
    switch kept.state {
    case .ready, .closed: return true
    case .degraded:
      let lasting = Sections.of(kept.resource.id)?.lasting ?? []
      return (kept.plan?.findings ?? []).allSatisfy { lasting.contains($0.code) } && kept.held.isEmpty
    default: return false
    }
  }
}
