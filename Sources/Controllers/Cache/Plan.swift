import Calendar
import Reconciliation
import Redis
import Specification

// The rules:
//
// 1. A cache none of whose servers answers is unknown, which is one finding, and nothing is done. One of several that does
//    not answer is a finding, and nothing is done to that one.
// 2. Settings that the file names are set on every server that answers and has others: one at a time, the followers
//    before the one that is written to. What the file does not name is left alone.
// 3. Setting a limit below what is in use throws keys away: destructive. So may a policy that evicts where none did, and
//    switching persistence off loses what a restart would have kept: disruptive. The rest costs nobody anything.
// 4. Who leads is Sentinel's or the cluster's to decide, and without them a person's: two primaries, none, a follower of
//    a stranger or one that lost its link are findings that say what to do.
// 5. A follower counts as behind when it lacks more than 16 MB of the stream: a second's worth of a busy network.

/// One plan in the making.
struct CachePlanning {
  let resource: Resource<CacheSpec>
  let observed: CacheObserved
  var spec: CacheSpec { resource.spec }

  /// Beyond this a failover would lose what nobody calls a moment's writes.
  static let lagBytesMax: Int64 = 16_000_000
  /// What share of the limit is close to full, where nothing may be evicted.
  static let fullShare = 0.9
  /// How soon a failed look is repeated.
  static let lookAgain = Duration.seconds(30)

  init(_ resource: Resource<CacheSpec>, _ observed: CacheObserved) {
    self.resource = resource
    self.observed = observed
  }

  static func blind(
    _ resource: Resource<CacheSpec>, because reason: String, at now: Instant
  ) -> Plan<CacheAction> {
    var plan = Plan<CacheAction>(.unknown, cell: "unknown", headline: "cannot be looked at: \(reason)")
    plan.reasons = [
      Reason("rule", "topology: \(resource.spec.topology.rawValue)", at: resource.place(of: "topology")),
      Reason("meanwhile", "nothing is done: what cannot be seen is neither there nor gone"),
    ]
    plan.findings = [
      Finding(
        "unreachable", .critical, "the look fails: \(reason)",
        mend: "start it, or mend the way there; nothing is changed meanwhile", at: resource.place)
    ]
    plan.wakeAt = now + lookAgain
    return plan
  }

  var plan: Plan<CacheAction> {
    let (findings, actions) = (findings, actions)
    var state = ResourceState.ready
    if findings.contains(where: { $0.severity >= .warning }) {
      state = .degraded
    } else if !actions.isEmpty {
      state = .changing
    }
    var plan = Plan<CacheAction>(state, cell: cell, headline: headline)
    plan.actions = actions
    plan.findings = findings
    plan.reasons = reasons
    return plan
  }

  var primaries: [(address: RedisAddress, state: ServerState)] {
    observed.answering.filter(\.state.isPrimary)
  }

  // MARK: Settings

  private var actions: [CacheAction] {
    let followersFirst =
      observed.answering.filter { !$0.state.isPrimary } + observed.answering.filter(\.state.isPrimary)
    return followersFirst.flatMap { server in
      ServerSetting.allCases.compactMap { change(of: $0, server.state, at: server.address) }
    }
  }

  private func change(
    of setting: ServerSetting, _ state: ServerState, at address: RedisAddress
  ) -> CacheAction? {
    // A server that does not tell a setting does not have it.
    guard let found = state.settings[setting.rawValue], let wanted = wanted(setting, found), wanted != found
    else { return nil }
    return CacheAction(
      server: address, setting: setting.rawValue, value: wanted,
      before: CacheAction.words(found, of: setting.rawValue), risk: risk(of: setting, wanted, found, state))
  }

  /// What a setting is to be; nil where the file does not say, or is content with what is.
  private func wanted(_ setting: ServerSetting, _ found: String) -> String? {
    switch setting {
    case .maxmemory: return spec.memory.map { "\($0.bytes)" }
    case .policy: return spec.whenFull
    case .appendonly: return spec.persistence.map { $0.isAppendOnly ? "yes" : "no" }
    case .save:
      guard let persistence = spec.persistence else { return nil }
      guard persistence.hasSnapshots else { return "" }
      // Any rhythm is right that somebody chose; where there is none, the one that Redis comes with.
      return found.isEmpty ? Self.saveDefault : nil
    }
  }

  /// redis.conf's own: after an hour with a change, five minutes with a hundred, one with ten thousand.
  static let saveDefault = "3600 1 300 100 60 10000"

  private func risk(
    of setting: ServerSetting, _ wanted: String, _ found: String, _ state: ServerState
  ) -> Risk {
    switch setting {
    case .maxmemory:
      let limit = Int64(wanted) ?? 0
      return limit > 0 && limit < state.usedBytes ? .destructive : .safe
    case .policy: return found == "noeviction" || found.hasPrefix("volatile") ? .disruptive : .safe
    case .save: return wanted.isEmpty ? .disruptive : .safe
    case .appendonly: return wanted == "no" ? .disruptive : .safe
    }
  }
}
