import Calendar
import Reconciliation
import StatusAPI

extension EnvironmentBody {
  /// The environment `name` as the reducer keeps it. `showsMistakes` where the caller may read its file's
  /// contents.
  init(
    _ name: String, _ state: EnvironmentState, in reconciler: Reconciler, at now: Instant, showsMistakes: Bool
  ) {
    let kept = reconciler.kept(in: name)
    let byController = Dictionary(grouping: kept, by: \.resource.id.controller)
    let orders = reconciler.memory.orders(in: name, at: now)
    self.init(
      name: name, state: EnvironmentBody.state(of: name, state, in: reconciler), file: state.file,
      header: state.header.map { HeaderBody($0) },
      refusal: RefusalBody(state, showsMistakes: showsMistakes),
      isReleased: state.isReleased,
      notKept: state.notKept.map { UnkeptBody(section: $0.name, place: PlaceBody($0.place)) },
      orders: orders, cells: byController.compactMapValues { CellBody($0) },
      resources: kept.map { ResourceBody($0) },
      next: [
        reconciler.next(of: kept, at: now),
        orders.compactMap { order in
          order.until.map {
            NextBody(at: $0, what: "\(order.kind) by \(order.owner) ends", resource: nil, moreActions: 0)
          }
        }.min { $0.at < $1.at },
      ].compactMap(\.self).min { $0.at < $1.at })
  }

  /// Its state as the reducer has it, unless no file says what it should be.
  private static func state(of name: String, _ state: EnvironmentState, in reconciler: Reconciler) -> String {
    if state.isReleased { return "released" }
    return state.header == nil ? "refused" : reconciler.state(of: name).rawValue
  }
}

extension RefusalBody {
  /// Why the newest version of its file is not in force; nil while it is.
  init?(_ state: EnvironmentState, showsMistakes: Bool) {
    guard let refusal = state.refusal else { return nil }
    self.init(
      lastGoodIsInForce: state.header != nil, mistakeCount: refusal.mistakes.count,
      mistakes: showsMistakes ? refusal.mistakes.map { MistakeBody($0) } : [])
  }
}

extension HeaderBody {
  init(_ header: EnvironmentHeader) {
    self.init(
      purpose: header.purpose, users: header.users, data: header.data.rawValue, timezone: header.zone.name,
      region: header.region, deployment: header.deployment)
  }
}

extension Reconciler {
  /// What is kept in `environment`, or everywhere, by name.
  func kept(in environment: String?) -> [Kept] {
    resources.values
      .filter { environment == nil || $0.resource.id.environment == environment }
      .sorted { $0.resource.id < $1.resource.id }
  }
}
