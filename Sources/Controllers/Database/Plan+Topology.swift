import PostgreSQL
import Reconciliation

extension DatabasePlanning {
  /// A standby that is further behind takes the loss of that much with it when it is promoted.
  private static let lagMax: Int64 = 30_000

  private var streaming: [DatabaseStandby] { seen.standbys.filter { $0.state == "streaming" } }

  /// As a person would say it.
  var topology: String {
    if seen.isStandby { return "a standby" }
    switch seen.standbys.count {
    case 0: return "alone"
    case 1: return "with 1 standby"
    default: return "with \(seen.standbys.count) standbys"
    }
  }

  /// Rule 3.
  mutating func noticeTopology() {
    noticeCluster()
    for standby in seen.standbys {
      let zone = spec.members[standby.name].map { " in \($0)" } ?? ""
      let lag = standby.lagMilliseconds.map { ", \($0) ms" } ?? ""
      plan.reasons.append(
        Reason(
          "standby",
          "\(standby.name)\(zone): \(standby.state), \(standby.sync), \(Self.words(standby.lagBytes))\(lag) behind"
        ))
      noticeLag(of: standby)
    }
    if seen.isStandby {
      note(
        "is-standby", .warning, "what stands at this address is a standby: it takes no changes",
        mend: "write the primary's address; after a failover, let the address follow it",
        at: ["socket", "patroni"].first { resource.places[$0] != nil } ?? "host")
      return
    }
    if spec.availability == .high, streaming.isEmpty {
      note(
        "no-standby", .critical, "no standby follows it, and `availability: high` is written",
        mend:
          "start one, or mend its replication; until then its loss loses everything since the last backup",
        at: "availability")
    }
    noticeZones()
  }

  /// What Patroni says of its cluster.
  private mutating func noticeCluster() {
    for member in seen.members ?? [] {
      plan.reasons.append(
        Reason(
          "member", "\(member.name): \(member.role), \(member.state)", at: resource.place(of: "patroni")))
      guard member.state != "running", member.state != "streaming" else { continue }
      note(
        "member-\(member.name)", .warning, "Patroni says of \(member.name): \(member.state)",
        mend: "look at its log; patronictl reinit makes a standby anew", at: "patroni")
    }
    noticeFailover()
  }

  /// What takes over where the leader fails.
  private mutating func noticeFailover() {
    let isAutomatic = spec.failover == .automatic
    guard let members = seen.members else {
      if isAutomatic {
        note(
          "failover-unknown", .notice,
          "nobody is seen who would promote a standby: PostgreSQL itself does not",
          mend: "write `patroni: [http://…:8008]` where Patroni does it, or `failover: manual`",
          at: "failover")
      }
      return
    }
    if let written = spec.failover, !isAutomatic {
      guard seen.isPaused != true else { return }
      note(
        "fails-over", .warning,
        "Patroni promotes a standby by itself, and `failover: \(written.rawValue)` is written",
        mend: "patronictl pause, or write `failover: automatic`", at: "failover")
    }
    let next = members.filter {
      $0.role != "leader" && ["running", "streaming"].contains($0.state) && $0.neverLeads != true
    }
    // Where none follows at all, that is said.
    if isAutomatic, next.isEmpty, !streaming.isEmpty {
      note(
        "no-candidate", .critical,
        "Patroni would let no other member lead, and `failover: automatic` is written",
        mend: "take the tag nofailover from one that runs, or start another", at: "failover")
    }
    if seen.isPaused == true {
      note(
        "paused", .warning, "Patroni is paused: when the leader fails, nothing takes its place",
        mend: "patronictl resume, when the work is done", at: "patroni")
    }
  }

  private mutating func noticeLag(of standby: DatabaseStandby) {
    if standby.state != "streaming" {
      note(
        "not-following-\(standby.name)", .warning,
        "the standby \(standby.name) does not follow yet: it is in state \(standby.state)",
        mend: "wait until it has caught up; if it does not, its log says why", at: "availability")
    } else if let lag = standby.lagMilliseconds, lag > Self.lagMax {
      note(
        "lag-\(standby.name)", .warning,
        "the standby \(standby.name) is \(lag / 1000) s behind, and \(Self.words(standby.lagBytes))",
        mend: "look for long queries there, or a slow disk or network", at: "availability")
    }
  }

  private mutating func noticeZones() {
    guard spec.zones == .multi, !streaming.isEmpty else { return }
    let names = [seen.name] + streaming.map(\.name)
    let unknown = names.filter { spec.members[$0] == nil }
    let zones = Set(names.compactMap { spec.members[$0] })
    if zones.count >= 2 { return }
    if unknown.isEmpty {
      note(
        "one-zone", .critical, "all of it is in \(zones.first ?? "one zone"), and `zones: multi` is written",
        mend: "start a standby in another zone", at: "zones")
    } else {
      let shown = unknown.map { $0.isEmpty ? "the primary, which has no cluster_name" : $0 }
      note(
        "zones-unknown", .notice, "in which zones it is cannot be told: \(shown.joined(separator: ", "))",
        mend:
          "write `members: {\(names.first { !$0.isEmpty } ?? "db1"): ZONE, …}`, by each server's cluster_name",
        at: "zones")
    }
  }
}
