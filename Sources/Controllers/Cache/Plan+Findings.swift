import Reconciliation
import Redis
import Specification

/// What is not as it should be, and how to mend it.
extension CachePlanning {
  var findings: [Finding] {
    var findings = observed.servers.compactMap(down)
    switch spec.topology {
    case .single: findings += single
    case .replicated: findings += replicated
    case .cluster: findings += cluster
    }
    for (address, state) in observed.answering { findings += unwell(state, at: address) }
    findings += observed.sentinels.compactMap(sentinel)
    // Two servers with one fault are one finding each, and each needs a name of its own.
    return numbered(findings)
  }

  private func numbered(_ findings: [Finding]) -> [Finding] {
    var seen: [String: Int] = [:]
    return findings.map { finding in
      var finding = finding
      let count = seen[finding.code, default: 0] + 1
      seen[finding.code] = count
      if count > 1 { finding.code += "-\(count)" }
      return finding
    }
  }

  private func down(_ server: SeenServer) -> Finding? {
    guard let problem = server.problem else { return nil }
    return Finding(
      "down", .warning, "\(server.address) does not answer: \(problem)",
      mend: "start it, or take it out of `servers`", at: resource.place(of: "servers"))
  }

  private var single: [Finding] {
    observed.answering.filter { !$0.state.isPrimary }.map { address, state in
      Finding(
        "follows", .critical, "\(address) follows \(state.follows ?? "another") and takes no writes",
        mend: "redis-cli REPLICAOF NO ONE there, or write `topology: replicated` and name both",
        at: resource.place(of: "topology"))
    }
  }

  private var replicated: [Finding] {
    var findings: [Finding] = []
    let place = resource.place(of: "topology")
    if primaries.isEmpty {
      findings.append(
        Finding(
          "no-primary", .critical, "no server that answers takes writes",
          mend: spec.failover == .automatic
            ? "the sentinels should promote one; see what they say"
            : "redis-cli REPLICAOF NO ONE on the one to promote",
          at: place))
    }
    if primaries.count > 1 {
      let names = primaries.map { "\($0.address)" }.joined(separator: " and ")
      findings.append(
        Finding(
          "two-primaries", .critical, "\(names) each take writes that the other does not see",
          mend: "stop the writers of one, then: redis-cli REPLICAOF HOST PORT on it", at: place))
    }
    for (address, state) in observed.answering where !state.isPrimary {
      if state.isLinked == false {
        findings.append(
          Finding(
            "link-down", .warning, "\(address) has lost its link to \(state.follows ?? "its primary")",
            mend: "look at the network between them, and at `requirepass` and `masterauth`", at: place))
      } else if let lag = state.lagBytes, lag > Self.lagBytesMax {
        findings.append(
          Finding(
            "lag", .warning, "\(address) is \(ByteCount(bytes: lag).words) behind",
            mend: "look at its network and its disk; a failover now would lose as much", at: place))
      }
    }
    return findings + strangers
  }

  /// Followers that the one primary does not count among its own follow somebody else.
  private var strangers: [Finding] {
    guard primaries.count == 1, let primary = primaries.first else { return [] }
    let linked = observed.answering.filter { $0.state.isLinked == true }
    guard linked.count > primary.state.followers else { return [] }
    let names = Set(linked.compactMap(\.state.follows)).sorted().joined(separator: ", ")
    return [
      Finding(
        "follows-another", .critical,
        "\(primary.address) has \(primary.state.followers) followers, and \(linked.count) of the written servers follow "
          + "\(names)",
        mend: "name every server in `servers`, or: redis-cli REPLICAOF HOST PORT",
        at: resource.place(of: "servers"))
    ]
  }

  private var cluster: [Finding] {
    let place = resource.place(of: "topology")
    let outside = observed.answering.filter { $0.state.isClusterWhole == nil }.map { address, _ in
      Finding(
        "no-cluster", .critical, "\(address) runs without `cluster-enabled`",
        mend: "set it in its redis.conf and restart it", at: place)
    }
    let broken = observed.answering.filter { $0.state.isClusterWhole == false }.map { "\($0.address)" }
    guard !broken.isEmpty else { return outside }
    return outside + [
      Finding(
        "cluster-down", .critical,
        "the cluster does not serve all keys, as \(broken.joined(separator: ", ")) says",
        mend: "redis-cli --cluster check one of them", at: place)
    ]
  }

  private func unwell(_ state: ServerState, at address: RedisAddress) -> [Finding] {
    var findings: [Finding] = []
    if !state.isSaved {
      findings.append(
        Finding(
          "save-failed", .critical, "the last snapshot of \(address) could not be written",
          mend: "look at its log and its disk; by default it takes no writes until one succeeds",
          at: resource.place(of: "persistence")))
    }
    if !state.isAppended {
      findings.append(
        Finding(
          "append-failed", .critical, "\(address) cannot write its append-only file",
          mend: "make room on its disk", at: resource.place(of: "persistence")))
    }
    let limit = state.settings[ServerSetting.maxmemory.rawValue].flatMap { Int64($0) } ?? 0
    let keepsAll = state.settings[ServerSetting.policy.rawValue] == "noeviction"
    if limit > 0, keepsAll, Double(state.usedBytes) >= Double(limit) * Self.fullShare {
      findings.append(
        Finding(
          "nearly-full", .warning,
          "\(address) uses \(ByteCount(bytes: state.usedBytes).words(of: ByteCount(bytes: limit))), and evicts nothing",
          mend: "raise `memory`, or let `when full` evict", at: resource.place(of: "memory")))
    }
    return findings
  }

  private func sentinel(_ sentinel: SeenSentinel) -> Finding? {
    guard let problem = sentinel.problem else { return nil }
    return Finding(
      "sentinel", .warning,
      sentinel.primary == nil
        ? "the sentinel \(sentinel.address) is of no use: \(problem)"
        : "the sentinel \(sentinel.address) could not fail over: \(problem)",
      mend: "start it, or have it watch this cache by its `sentinel name`",
      at: resource.place(of: "sentinels"))
  }
}
