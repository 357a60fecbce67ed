import Calendar
import Reconciliation

struct UseIsCounted: Invariant {
  static let sentence =
    "As many are counted as in use as run, and in a faultless stretch as much use as there was, to a minute a change."
  static let moments: Set<Moment.Kind> = [.recorded, .inspect, .closed]
  /// What was counted and what there was when the stretch began, and how often it changed since.
  private var began: [ResourceID: (counted: Int64, was: Int64, changes: Int64)] = [:]
  /// Since when another number is counted than runs.
  private var differs: [ResourceID: Duration] = [:]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .recorded(let events):
      for event in events where event.kind == .usage {
        if let id = event.scope?.resource { began[id]?.changes += 1 }
      }
    case .inspect(let id):
      // What is no longer written is left to run, and nobody looks at it.
      guard shell.isAnswerable(id, InstancesEntry.section), let kept = shell.reconciler.resources[id],
        kept.underWay == nil, let model = shell.stage.model(id, as: InstancesModel.self)
      else { return nil }
      let usage = shell.reconciler.memory.usages[id.environment]?[id]
      if shell.stage.isStill, began[id] == nil {
        began[id] = (usage?.used(until: shell.stage.wall) ?? 0, model.used(shell.stage), 0)
      }
      let (counted, running) = (usage?.quantity ?? 0, Int64(model.processes.count))
      guard counted != running else {
        differs[id] = nil
        return nil
      }
      // An action has just ended, and what it changed is not looked at yet.
      let since = differs[id] ?? shell.stage.elapsed
      differs[id] = since
      return shell.stage.elapsed - since < .seconds(60)
        ? nil : "\(id): \(counted) are counted, and \(running) run"
    case .closed:
      guard shell.stage.elapsed >= shell.stage.script.length else { return nil }
      for id in began.keys.sorted() {
        if let miscount = miscount(id, shell) { return miscount }
      }
    default: break
    }
    return nil
  }

  private func miscount(_ id: ResourceID, _ shell: Shell) -> String? {
    guard let began = began[id], let model = shell.stage.model(id, as: InstancesModel.self) else {
      return nil
    }
    let usage = shell.reconciler.memory.usages[id.environment]?[id]
    let counted = (usage?.used(until: shell.stage.wall) ?? 0) - began.counted
    let was = model.used(shell.stage) - began.was
    return abs(counted - was) <= 60_000_000 * (began.changes + 1)
      ? nil
      : "\(id): \(counted / 1_000_000) seconds are counted since it was still, and there were \(was / 1_000_000)"
  }
}

struct MoneyIsExact: Invariant {
  static let sentence =
    "What is told as spent is what the recorded use comes to by the written prices, to the cent."
  static let moments: Set<Moment.Kind> = [.recorded, .inspect]
  private var ledger = Ledger()

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .recorded(let events): ledger.take(events, shell.stage)
    case .inspect(let id):
      guard shell.isAnswerable(id, BudgetEntry.section),
        let told = shell.reconciler.plan(of: id, at: shell.stage.wall)?.headline,
        let spent = ledger.spent(in: id.environment, at: shell.stage.wall, shell.stage)
      else { return nil }
      let cents = spent / 10_000
      let words = "$\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100) of "
      return told.hasPrefix(words) ? nil : "\(id): it tells \(told), and it is \(words)…"
    default: break
    }
    return nil
  }
}

struct ThresholdsAreTold: Invariant {
  static let sentence =
    "Each amount to warn of is a finding within three minutes of being reached, and no longer once the month is over."
  static let moments: Set<Moment.Kind> = [.recorded, .inspect]
  private var ledger = Ledger()

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .recorded(let events): ledger.take(events, shell.stage)
    case .inspect(let id):
      let stage = shell.stage
      guard shell.isAnswerable(id, BudgetEntry.section), let budget = stage.inForce[id.environment]?.budget
      else { return nil }
      let zone = stage.zone(of: id.environment)
      let before = stage.wall - .seconds(180)
      guard CivilMonth(of: before, in: zone) == CivilMonth(of: stage.wall, in: zone),
        let now = ledger.spent(in: id.environment, at: stage.wall, stage),
        let then = ledger.spent(in: id.environment, at: before, stage)
      else { return nil }
      let open = shell.reconciler.memory.resources[id]?.findings ?? [:]
      let all = Int64(budget.dollars) * 1_000_000
      let amounts = budget.thresholds.map { ("spent-\($0)", all * Int64($0) / 100) } + [("over", all + 1)]
      for (code, amount) in amounts where (now >= amount) == (then >= amount) {
        guard (now >= amount) != (open[code] != nil) else { continue }
        return
          "\(id): \(now) millionths of a dollar are spent, and \(code) is \(open[code] == nil ? "not " : "")told"
      }
    default: break
    }
    return nil
  }
}

struct ToldOnce: Invariant {
  static let sentence = "What is spent of a budget is told once a month, while its file stays as it is."
  static let moments: Set<Moment.Kind> = [.recorded]
  /// What was told, in which month, and of which version of the file.
  private var told: [ResourceID: [String: (month: CivilMonth, version: Duration?, at: Duration)]] = [:]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .recorded(let events) = moment else { return nil }
    let stage = shell.stage
    for event in events where event.kind == .finding {
      guard let id = event.scope?.resource, id.controller == BudgetEntry.section,
        let code = event.body["code"].text, code != "projected"
      else { continue }
      let month = CivilMonth(of: event.at, in: stage.zone(of: id.environment))
      let version = stage.forcedAt[id.environment]
      defer { told[id, default: [:]][code] = (month, version, stage.elapsed) }
      // A clock that is set anew may come to the turn of a month twice.
      guard let last = told[id]?[code], last.month == month, last.version == version, last.at > stage.lastJump
      else { continue }
      return "\(id): \(code) is told again in \(month)"
    }
    return nil
  }
}

/// What was in use, from the recorded changes alone, in quantity times microseconds.
private struct Ledger {
  private var now: [ResourceID: (quantity: Int64, since: Instant)] = [:]
  private var past: [ResourceID: [CivilMonth: Int64]] = [:]

  mutating func take(_ events: [Event], _ stage: Stage) {
    for event in events where event.kind == .usage {
      guard let id = event.scope?.resource, let quantity = event.body["quantity"].int else { continue }
      let zone = stage.zone(of: id.environment)
      if let (before, since) = now[id], before > 0 {
        var month = CivilMonth(of: since, in: zone)
        while month.start(in: zone) < event.at {
          past[id, default: [:]][month, default: 0] +=
            before * Self.time(month.span(in: zone), since, event.at)
          month = month.next
        }
      }
      now[id] = (quantity, event.at)
    }
  }

  private static func time(_ span: Range<Instant>, _ from: Instant, _ to: Instant) -> Int64 {
    max(0, min(to, span.upperBound).microseconds - max(from, span.lowerBound).microseconds)
  }

  /// What the month has cost at `instant`, in millionths of a dollar, each price rounded down.
  func spent(in environment: String, at instant: Instant, _ stage: Stage) -> Int64? {
    guard let draft = stage.inForce[environment], let budget = draft.budget else { return nil }
    let zone = stage.zone(of: environment)
    let month = CivilMonth(of: instant, in: zone)
    let span = month.span(in: zone)
    return budget.prices.reduce(0) { sum, price in
      let id = ResourceID(environment: environment, controller: InstancesEntry.section, name: price.thing)
      let entry = draft.instances(id)
      let period: Int64 =
        switch price.per {
        case .hour: 3_600_000_000
        case .day: 86_400_000_000
        case .month: span.upperBound.microseconds - span.lowerBound.microseconds
        }
      var units = Int128(instant.microseconds - span.lowerBound.microseconds)
      if let entry, price.per == .month { units *= Int128(entry.count.lowerBound) }
      if entry != nil, price.per != .month {
        units = Int128(past[id]?[month] ?? 0)
        if let (quantity, since) = now[id] { units += Int128(quantity * Self.time(span, since, instant)) }
      }
      return sum + Int64(Int128(price.cents) * 10_000 * units / Int128(period))
    }
  }
}
