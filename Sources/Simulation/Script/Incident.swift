import Calendar
import Reconciliation

/// Something that happens to the simulated world at a moment of its own: what a failing run is shrunk by.
struct Incident: Sendable {
  /// Its place in the seed's list, by which a replay names it.
  let index: Int
  /// When, from the start of the run, by a clock that nobody sets.
  let at: Duration
  let trouble: Trouble
}

/// What can happen.
enum Trouble: Sendable {
  // What operators do to files.
  case edit(String), breakFile(String, Breakage), contradict(String), removeFile(String), restoreFile(String)
  /// The file is written in two goes, with this pause between them.
  case halfWrite(String, Duration)
  // What people ask for.
  case ask(Wish, of: ResourceID, wide: Bool, by: Person)
  // Time.
  case stepClock(Duration), drift(perMillion: Int), suspendMachine(Duration)
  // The daemon and its machine.
  /// Killed after so many effects, and so often again soon after its start; a full disk, with or without a kill meanwhile.
  case kill(after: Int, down: Duration, again: Int), reboot(down: Duration), fillDisk(Duration, dies: Bool)
  // The doors, for a while.
  case looks(Fog, ResourceID, Duration), acts(Fault, ResourceID, Duration)
  // The world, by itself or through others.
  case befalls(ResourceID, Misfortune)

  /// What a look can do instead of showing what is.
  enum Fog: String, Sendable, CaseIterable {
    /// It fails; it takes longer than a look may; it shows what was.
    case unknown, slow, stale
  }

  /// What an action can do instead of what it says.
  enum Fault: String, Sendable, CaseIterable {
    /// Nothing, for now; nothing until the file changes; nothing until a person did something.
    case transient, terminal, needsOperator
    /// Half of it, and fails; all of it, and says that it failed; nothing, and says that it is done.
    case partial, lostReply, lie
    /// All of it, minutes later; the same after it was said to have failed.
    case late, timeout
  }

  /// What people ask for.
  enum Wish: String, Sendable, CaseIterable {
    case open, close, end, suspend, suspendForGood, resume, demand, reconcile, approve, approveOther, reveal
  }
}

/// Who asks, and in which roles.
enum Person: String, Sendable, CaseIterable {
  case anna, rita, ruth, olga, quentin

  /// The roles that `steward.yaml` gives.
  var roles: Set<String> {
    switch self {
    case .anna: ["developers", "operators"]
    case .rita, .ruth: ["release-engineer"]
    case .olga: []
    case .quentin: ["qa", "operators"]
    }
  }

  var caller: Caller { Caller(name: rawValue, roles: roles, isOwner: false) }

  /// Whether the simulated files let this person do it: `access` of every draft is the same.
  func may(_ permission: Permission) -> Bool {
    switch permission {
    case .read: roles.contains("developers")
    case .operate: roles.contains("operators")
    case .secrets: roles.contains("qa")
    case .approve: roles.contains("release-engineer")
    }
  }
}
