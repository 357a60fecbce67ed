import Backups
import Calendar
import Host
import Logs
import Reconciliation

struct NothingKeptIsPurged: Invariant {
  static let sentence =
    "No log goes before its age says so, unless the folder is over its cap; none is purged that `keep` keeps without need."

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .affecting(let action, let resource, _) = moment, let act = action.typed(as: LogsAction.self),
      let model = stage.model(resource.id, as: LogsModel.self),
      let draft = stage.inForce[resource.id.environment]?.logs(resource.id),
      stage.isAnswerable(resource.id) || !recentlyChanged(resource.id, stage)
    else { return nil }
    let ages = LogAges(draft, stage.zone(of: resource.id.environment))
    let isOver = draft.atMostMegabytes.map { model.bytes > Int64($0) * 1_000_000 } ?? false
    for file in act.files {
      let boundary = act.kind == .archive ? ages.archiving(file) : ages.expiry(file)
      if let boundary, let effective = ages.effective(boundary), effective <= stage.wall { continue }
      if act.from == .logs, isOver, act.kind != .purge || boundary.map({ $0 <= stage.wall }) ?? false {
        continue
      }
      return
        "\(resource.id): \(act.kind.rawValue) of \(file.path), changed \(file.modified), at \(stage.wall)"
    }
    return nil
  }

  /// Whether the file or the clock changed while the action was under way.
  private func recentlyChanged(_ id: ResourceID, _ stage: Stage) -> Bool {
    let since = max(stage.forcedAt[id.environment] ?? .zero, stage.lastJump)
    return stage.elapsed - since < .seconds(1_500)
  }
}

struct OldLogsGo: Invariant {
  static let sentence =
    "A log that its rules no longer keep is gone, and one that is due for the archive is there, half an hour later."

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .inspect(let id) = moment, shell.isAnswerable(id, "logs"),
      let draft = stage.inForce[id.environment]?.logs(id), let model = stage.model(id, as: LogsModel.self)
    else { return nil }
    let ages = LogAges(draft, stage.zone(of: id.environment))
    for file in model.files where model.held(file, stage).heldBy == nil {
      for boundary in [ages.expiry(file), ages.archiving(file)].compactMap(\.self)
      where boundary <= stage.wall {
        if let effective = ages.effective(boundary), effective < stage.wall - .seconds(1_800) {
          return "\(id): \(file.path) of \(file.modified) is still there, and was to go at \(effective)"
        }
      }
    }
    return nil
  }
}

/// When a log's ages take effect, by its draft.
struct LogAges {
  private let draft: Draft.Logs
  private let zone: Zone
  private let purgeAt: CalendarExpression?

  init(_ draft: Draft.Logs, _ zone: Zone) {
    self.draft = draft
    self.zone = zone
    purgeAt = draft.purgeAt.flatMap { try? CalendarExpression($0, zones: SystemZones.database) }
  }

  func expiry(_ file: ObservedFile) -> Instant? { end(draft.keepDays, file) }
  func archiving(_ file: ObservedFile) -> Instant? { draft.archiveAfterDays.flatMap { end($0, file) } }

  private func end(_ days: Int, _ file: ObservedFile) -> Instant? {
    TimeSpan(duration: .seconds(Int64(days) * 86_400)).added(to: file.modified, in: zone)
  }

  func effective(_ boundary: Instant) -> Instant? {
    guard let purgeAt else { return boundary }
    return purgeAt.next(after: boundary - .microseconds(1), in: zone)
  }
}

struct BackupsAreProved: Invariant {
  static let sentence =
    "The newest finished dump is tested, and a restore that is due is proved within four hours."
  private var drilled: [ResourceID: Instant] = [:]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .recorded(let events):
      for event in events where event.kind == .done && event.body["verb"].text == "drill" {
        if let id = event.scope?.resource { drilled[id] = event.at }
      }
      return nil
    case .inspect(let id): return shell.isAnswerable(id, "backups") ? unproved(id, shell.stage) : nil
    default: return nil
    }
  }

  private func unproved(_ id: ResourceID, _ stage: Stage) -> String? {
    guard let draft = stage.inForce[id.environment]?.backups(id),
      let model = stage.model(id, as: BackupsModel.self)
    else { return nil }
    let finished = model.dumps.filter { model.isFinished($0) && $0.modified + .seconds(600) <= stage.wall }
    guard let newest = finished.max(by: { $0.modified < $1.modified }) else { return nil }
    if model.verdict(on: newest) == nil {
      return "\(id): \(newest.name) of \(newest.modified) was not tested"
    }
    guard let drill = draft.drill.flatMap({ try? CalendarExpression($0, zones: SystemZones.database) }),
      finished.suffix(BackupsObserved.newestMax).contains(where: { dump in
        model.verdict(on: dump).map { $0.result != .corrupt } ?? false
      })
    else { return nil }
    let success = [model.record.lastSuccess?.at, drilled[id]].compactMap(\.self).max()
    guard let since = success ?? model.dumps.map(\.modified).min(),
      let due = drill.next(after: since, in: stage.zone(of: id.environment)),
      due < stage.wall - .seconds(4 * 3_600)
    else { return nil }
    return "\(id): a restore was to be proved at \(due), and it is \(stage.wall)"
  }
}
