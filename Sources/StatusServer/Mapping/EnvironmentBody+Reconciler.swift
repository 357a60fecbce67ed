import Calendar
import Reconciliation
import StatusAPI

extension EnvironmentBody {
  /// The environment `name` as the reducer keeps it. `showsMistakes` where the caller may read its file's contents.
  init(
    _ name: String, _ state: EnvironmentState, in reconciler: Reconciler, at now: Instant, showsMistakes: Bool
  ) {
    let kept = reconciler.kept(in: name)
    let byController = Dictionary(grouping: kept, by: \.resource.id.controller)
    let orders = reconciler.memory.orders(in: name, at: now)
    self.init(
      name: name, state: EnvironmentBody.state(of: state, kept), file: state.file,
      header: state.header.map { HeaderBody($0) },
      refusal: state.refusal.map { refusal in
        RefusalBody(
          lastGoodIsInForce: state.header != nil, mistakeCount: refusal.mistakes.count,
          mistakes: showsMistakes ? refusal.mistakes.map { MistakeBody($0) } : [])
      },
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

  /// The worst of its resources; where all is as written, `closed` as soon as one of them is written to be off.
  private static func state(of state: EnvironmentState, _ kept: [Kept]) -> String {
    if state.isReleased { return "released" }
    if state.header == nil { return "refused" }
    let states = kept.map(\.state)
    guard let worst = states.max(), worst > .ready else {
      return (states.contains(.closed) ? ResourceState.closed : .ready).rawValue
    }
    return worst.rawValue
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
