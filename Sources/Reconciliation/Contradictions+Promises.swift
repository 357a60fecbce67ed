import Calendar

/// The findings of a run in which everything goes well: promises that are missed all the same.
struct Promises {
  /// What is found before, while everything is made for the first time, breaks no promise.
  private let since: Instant
  private var missed: [Key: Missed] = [:]

  private struct Key: Hashable {
    let resource: ResourceID
    let code: String
  }

  private struct Missed {
    let finding: Finding
    /// What kept the action from beginning that would have prevented it.
    let heldBy: Wait?
    var count = 0
    var first: Instant?
    var openSince: Instant?
    /// How long it was open in all.
    var lasting = Duration.zero

    mutating func close(at now: Instant, since: Instant) {
      guard let from = openSince else { return }
      openSince = nil
      guard now > since else { return }
      count += 1
      if first == nil { first = from }
      lasting += max(from, since).distance(to: now)
    }
  }

  /// What is open for this much of the time is no exception: it cannot hold.
  private static let always = 0.9

  /// Says of what is read and not kept yet; that is told anyway.
  private static let notKept = "not-kept"

  init(_ since: Instant) { self.since = since }

  mutating func take(_ event: Event, in reconciler: Reconciler) {
    guard event.kind == .finding || event.kind == .cleared, let id = event.scope?.resource,
      let code = event.body["code"].text
    else { return }
    let key = Key(resource: id, code: code)
    switch event.kind {
    case .finding where event.severity >= .warning && code != Promises.notKept:
      guard let kept = reconciler.resources[id],
        let finding = kept.plan?.findings.first(where: { $0.code == code })
      else { return }
      var found = missed[key] ?? Missed(finding: finding, heldBy: kept.held.first { $0.digest != nil }?.wait)
      if found.openSince == nil { found.openSince = event.at }
      missed[key] = found
    case .cleared: missed[key]?.close(at: event.at, since: since)
    default: break
    }
  }

  /// What was missed up to `end`, with how often and when first.
  func missed(until end: Instant, in zone: Zone) -> [(ResourceID, Finding)] {
    missed.compactMap { key, open in
      var missed = open
      missed.close(at: end, since: since)
      guard let first = missed.first else { return nil }
      var finding = missed.finding
      let whole = max(since, first).distance(to: end)
      let isAlways = open.openSince != nil && missed.lasting >= whole * Promises.always
      finding.severity = isAlways ? .critical : .warning
      let often =
        isAlways
        ? "from \(zone.words(for: first)) on"
        : missed.count == 1
          ? "on \(zone.words(for: first))"
          : "\(missed.count) times in \(Contradictions.years) years, first on \(zone.words(for: first))"
      finding.message = "\(finding.message)\(missed.heldBy.map { ": \($0.reason)" } ?? "") (\(often))"
      if missed.heldBy != nil {
        finding.mend = "let the change window open in time, or write a longer period"
      }
      return (key.resource, finding)
    }
  }
}
