import Calendar
import Reconciliation

/// What an environment's file means, as whoever wrote it knows it. The invariants go by this and not by what the daemon
/// reads, so that the reader is under test too.
struct Draft: Sendable, Hashable {
  struct Instances: Sendable, Hashable {
    var name: String
    var count: ClosedRange<Int>
    /// Windows; empty for `always`.
    var open: [String]
    var closed: [String] = []
    var secrets: [String]
    var level = 1
    var stopWithin = 10
  }

  struct Secret: Sendable, Hashable {
    var name: String
    var every: String
    var overlap: String
    var file: String?
    /// Whether a server at the other end is told by `rotate`, and asked by `test`.
    var hasRotate = false
    var hasTest = false
    /// A public test credential, written in the file.
    var fixed: Int?
  }

  struct Logs: Sendable, Hashable {
    var name: String
    var keepDays: Int
    var atMostMegabytes: Int?
    var archiveAfterDays: Int?
    var purgeAt: String?
  }

  struct Backups: Sendable, Hashable {
    var name: String
    var everyHours: Int
    var drill: String?
  }

  var name: String
  var zone: String
  var changeWindow = "Mon..Fri 09:00-17:00"
  var disruptive = "none"
  var destructive = "window"
  var instances: [Instances] = []
  var secrets: [Secret] = []
  var logs: [Logs] = []
  var backups: [Backups] = []

  /// What is written of these, by resource.
  var ids: [ResourceID] {
    func id(_ controller: String, _ name: String) -> ResourceID {
      ResourceID(environment: self.name, controller: controller, name: name)
    }
    return instances.map { id("instances", $0.name) } + secrets.map { id("secrets", $0.name) }
      + logs.map { id("logs", $0.name) } + backups.map { id("backups", $0.name) }
  }

  func instances(_ id: ResourceID) -> Instances? { instances.first { $0.name == id.name } }
  func secret(_ name: String) -> Secret? { secrets.first { $0.name == name } }
  func logs(_ id: ResourceID) -> Logs? { logs.first { $0.name == id.name } }
  func backups(_ id: ResourceID) -> Backups? { backups.first { $0.name == id.name } }

  /// What `guard` asks for before an action of that risk, as the words of the file.
  func requirement(for risk: Risk) -> String {
    switch risk {
    case .safe: "none"
    case .disruptive: disruptive
    case .destructive: destructive
    }
  }

  /// Without the resources for which `isKept` says no, and without what refers to them.
  func keeping(_ isKept: (ResourceID) -> Bool) -> Draft {
    var draft = self
    func kept(_ controller: String, _ name: String) -> Bool {
      isKept(ResourceID(environment: self.name, controller: controller, name: name))
    }
    draft.instances.removeAll { !kept("instances", $0.name) }
    draft.secrets.removeAll { !kept("secrets", $0.name) }
    draft.logs.removeAll { !kept("logs", $0.name) }
    draft.backups.removeAll { !kept("backups", $0.name) }
    for index in draft.instances.indices {
      draft.instances[index].secrets.removeAll { name in !draft.secrets.contains { $0.name == name } }
    }
    return draft
  }
}
