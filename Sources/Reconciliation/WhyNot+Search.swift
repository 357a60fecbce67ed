import Calendar

/// The search for the smallest sets.
struct WhyNotSearch {
  private let reconciler: Reconciler
  private let id: ResourceID
  private let verbs: Set<String>
  private let now: Instant
  private let conditions: [Condition]
  private let isOver: () -> Bool
  /// How many inputs the runs ahead took in so far.
  private var steps = 0
  /// What running time forward came to, by the conditions that were granted.
  private var known: [Set<Condition>: Event?] = [:]
  private(set) var isCutOff = false

  init(
    _ reconciler: Reconciler, _ id: ResourceID, _ verbs: Set<String>, at now: Instant,
    isOver: @escaping () -> Bool
  ) {
    self.reconciler = reconciler
    self.id = id
    self.verbs = verbs
    self.now = now
    self.isOver = isOver
    conditions = reconciler.conditions(of: id, at: now)
  }

  /// What would begin at this moment.
  func begins(given conditions: Set<Condition>) -> Event? {
    reconciler.beginning(of: verbs, on: id, from: now, to: now, given: conditions, isOver: isOver).event
  }

  /// What would begin first, with the time it takes; searched in steps, because most things come soon.
  private mutating func beginsLater(given conditions: Set<Condition>) -> Event? {
    if let event = known[conditions] { return event }
    guard steps < WhyNot.stepsMax else {
      isCutOff = true
      return nil
    }
    var found: Event?
    for days: Int64 in [1, 10, 60, WhyNot.horizon.components.seconds / 86_400] {
      let run = reconciler.beginning(
        of: verbs, on: id, from: now, to: now + .seconds(days * 86_400), given: conditions, isOver: isOver)
      found = run.event
      steps += run.steps
      if run.isCutOff { isCutOff = true }
      if found != nil || run.isCutOff { break }
    }
    known[conditions] = .some(found)
    return found
  }

  /// The smallest sets; and where all of these need time, the smallest without it.
  mutating func ways() -> [WhyNot.Way] {
    var ways: [WhyNot.Way] = []
    for size in 1...WhyNot.conditionsMax {
      let isFirst = ways.isEmpty
      var found: [WhyNot.Way] = []
      for set in conditions.subsets(of: size) where found.count < WhyNot.waysMax {
        // Time has been found to do: what follows is how to have it sooner.
        if !isFirst, set.contains(.time) { continue }
        guard !isOver() else {
          isCutOff = true
          return ways + found
        }
        if let way = way(set) { found.append(way) }
      }
      ways += found
      if ways.contains(where: { !$0.conditions.contains(.time) }) { break }
    }
    return ways
  }

  private mutating func way(_ set: [Condition]) -> WhyNot.Way? {
    if set.contains(.opened), set.contains(.closed) { return nil }
    let granted = Set(set.filter(\.isCommand))
    if set.contains(.time) {
      // Of the conditions that time ends, time is the only one to name.
      guard set.count == granted.count + 1, let event = beginsLater(given: granted), event.at > now else {
        return nil
      }
      return way(set, event, earliest: event.at)
    }
    guard let event = begins(given: Set(set)) else { return nil }
    // An event of the forecast, unlike `event`, says when what nobody commands comes by itself.
    let earliest = granted.count == set.count ? now : beginsLater(given: granted)?.at
    return way(set, event, earliest: earliest)
  }

  private func way(_ set: [Condition], _ event: Event, earliest: Instant?) -> WhyNot.Way {
    WhyNot.Way(
      conditions: set, waits: set.map { reconciler.wait(for: $0, of: id, verbs, until: earliest, at: now) },
      earliest: earliest, action: event.message)
  }
}

extension Array {
  /// The subsets of so many elements, each in this order.
  fileprivate func subsets(of size: Int) -> [[Element]] {
    guard size > 0 else { return [[]] }
    return indices.flatMap { index in
      Array(self[(index + 1)...]).subsets(of: size - 1).map { [self[index]] + $0 }
    }
  }
}
