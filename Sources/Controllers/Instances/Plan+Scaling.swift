import Calendar
import Reconciliation

extension Wanted {
  /// How many run while it is open: what is written, or what the last decision says where the load decides.
  var size: Int {
    guard let scaling = spec.scaling else { return spec.count.lowerBound }
    return scaling.between.clamp(lastScaling?.to ?? spec.count.lowerBound)
  }

  /// The last decision, from the log.
  var lastScaling: (at: Instant, to: Int)? {
    guard let done = context.memory.lastDone[InstancesAction.scaling],
      case .scale(_, let to, _, _)? = try? done.action.decoded(as: InstancesAction.self)
    else { return nil }
    return (done.at, to)
  }
}

extension Planning {
  /// The load must be this much beyond what the instances bear before there are more, and this much below what fewer would
  /// bear before there are fewer: between the two lies a fifth in which nothing changes.
  static let slack = 1.1

  /// Rule 10.
  mutating func scale() {
    guard let scaling = wanted.spec.scaling else { return }
    plan.reasons.append(reason(scaling))
    guard let load = wanted.opening.isOpen ? self.load : nil else { return }
    guard let now = load.now else {
      plan.findings.append(
        Finding(
          "load-unknown", .warning,
          "the load is not known, and their number stays at \(wanted.size): \(load.failure ?? "nobody can say why")",
          mend: "mend what measures it", at: wanted.resource.place(of: "scale")))
      return
    }
    // Those that are missing bear nothing yet; what the others bear says little.
    guard census.missing.isEmpty else { return }
    let size = wanted.size
    let needed = scaling.between.clamp(Self.instances(for: Double(now), scaling))
    if needed > size, Double(now) > Double(size * scaling.target) * Self.slack {
      plan.actions.append(.scale(from: size, to: needed, load: now, target: scaling.target))
      return
    }
    let enough = scaling.between.clamp(Self.instances(for: Double(load.highest) * Self.slack, scaling))
    guard enough < size else { return }
    let from = max(load.since, wanted.lastScaling?.at ?? load.since) + scaling.inAfter
    if from <= wanted.now {
      plan.actions.append(.scale(from: size, to: enough, load: load.highest, target: scaling.target))
    } else {
      plan.wake(at: from)
    }
  }

  private static func instances(for load: Double, _ scaling: Scaling) -> Int {
    Int((load / Double(scaling.target)).rounded(.up))
  }

  private func reason(_ scaling: Scaling) -> Reason {
    let measure =
      switch scaling.measure {
      case .processor: "\(scaling.target)% of a core each"
      case .metric: "\(scaling.target) of the metric each"
      }
    let seen = load?.now.map { ", now \($0) together" } ?? ""
    let decided = wanted.lastScaling.map { ", \($0.to) since \(zone.words(for: $0.at))" } ?? ""
    return Reason(
      "scale", "between \(scaling.between.words), \(measure)\(seen)\(decided)",
      at: wanted.resource.place(of: "scale"))
  }
}
