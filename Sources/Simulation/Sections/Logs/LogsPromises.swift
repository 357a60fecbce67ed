import Calendar
import Host
import Logs
import Reconciliation

struct NothingKeptIsPurged: Invariant {
  static let sentence =
    "No log goes before its age says so, unless the folder is over its cap; none is purged that `keep` keeps without need."
  static let moments: Set<Moment.Kind> = [.affecting]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .affecting(let action, let resource, _) = moment, let act = action.typed(as: LogsAction.self),
      let model = stage.model(resource.id, as: LogsModel.self),
      let draft = stage.inForce[resource.id.environment]?.logs(resource.id),
      stage.isAnswerable(resource.id) || !recentlyChanged(resource.id, stage)
    else { return nil }
    let ages = LogAges(draft, stage.zone(of: resource.id.environment))
    let isOver = draft.atMostMegabytes.map { model.bytes > Int64($0) * 1_000_000 } ?? false
    // What went already, and only an old look still shows, does not go again.
    for file in act.files where act.from != .logs || model.files.contains(where: { $0.inode == file.inode }) {
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
  static let moments: Set<Moment.Kind> = [.inspect]

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
  private let draft: LogsEntry
  private let zone: Zone
  private let purgeAt: CalendarExpression?

  init(_ draft: LogsEntry, _ zone: Zone) {
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
