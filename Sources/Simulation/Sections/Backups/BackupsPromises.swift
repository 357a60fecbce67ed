import Backups
import Calendar
import Host
import Reconciliation

struct BackupsAreProved: Invariant {
  static let sentence =
    "The newest finished dump is tested, and a restore that is due is proved within four hours."
  static let moments: Set<Moment.Kind> = [.recorded, .inspect]
  private var drilled: [ResourceID: Instant] = [:]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .recorded(let events):
      for event in events where event.kind == .done && event.body["verb"].text == "drill" {
        if let id = event.scope?.resource { drilled[id] = event.at }
      }
      return nil
    case .inspect(let id):
      // A restore under way takes its time, and is the proof that is waited for.
      guard shell.isAnswerable(id, "backups"), shell.reconciler.resources[id]?.underWay == nil else {
        return nil
      }
      return unproved(id, shell.stage)
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
