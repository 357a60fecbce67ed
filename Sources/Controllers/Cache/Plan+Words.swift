import Reconciliation
import Specification

/// What a plan tells people.
extension CachePlanning {
  var cell: String {
    let count = observed.answering.count
    return count == observed.servers.count ? "\(count) up" : "\(count) of \(observed.servers.count) up"
  }

  var headline: String {
    let versions = Set(observed.answering.map(\.state.version)).sorted().joined(separator: " and ")
    return "Redis \(versions), \(shape), \(memory)"
  }

  private var shape: String {
    switch spec.topology {
    case .single: return "one server"
    case .replicated:
      let followers = observed.answering.count { $0.state.isLinked == true }
      let leader =
        primaries.count == 1 ? "\(primaries[0].address) takes writes" : "\(primaries.count) take writes"
      return "\(leader), \(followers) follow\(followers == 1 ? "s" : "")"
    case .cluster:
      return
        "a cluster of \(primaries.count) that take writes and \(observed.answering.count - primaries.count) that follow"
    }
  }

  private var memory: String {
    let most = observed.answering.map(\.state.usedBytes).max() ?? 0
    guard let limit = spec.memory else { return "\(ByteCount(bytes: most).words) in use" }
    return "\(ByteCount(bytes: most).words(of: limit)) in use"
  }

  var reasons: [Reason] {
    var reasons = [
      Reason(
        "rule", "topology: \(spec.topology.rawValue), failover: \(spec.failover.rawValue)",
        at: resource.place(of: "topology"))
    ]
    if let memory = spec.memory {
      reasons.append(Reason("rule", "memory: \(memory)", at: resource.place(of: "memory")))
    }
    if let policy = spec.whenFull {
      reasons.append(Reason("rule", "when full: \(policy)", at: resource.place(of: "when full")))
    }
    if let persistence = spec.persistence {
      reasons.append(
        Reason("rule", "persistence: \(persistence.rawValue)", at: resource.place(of: "persistence")))
    }
    for (address, state) in observed.answering {
      var line = "\(address) \(state.isPrimary ? "takes writes" : "follows \(state.follows ?? "?")")"
      if let lag = state.lagBytes { line += ", \(ByteCount(bytes: lag).words) behind" }
      reasons.append(Reason("observed", line, at: resource.place(of: "servers")))
    }
    for sentinel in observed.sentinels {
      guard let primary = sentinel.primary else { continue }
      reasons.append(
        Reason(
          "observed", "the sentinel \(sentinel.address) says that \(primary) takes writes",
          at: resource.place(of: "sentinels")))
    }
    return reasons
  }
}
