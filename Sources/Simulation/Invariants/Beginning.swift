import Calendar
import Instances
import Logs
import Reconciliation
import SecretStore
import Secrets

struct OneAtATime: Invariant {
  static let sentence = "One action is under way on a resource, and at most the limit in an environment."
  static let moments: Set<Moment.Kind> = [.performing]
  private static let limit = Limits().actionsPerEnvironment

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .performing(let action, let resource, _) = moment else { return nil }
    let others = shell.underWay.values.filter { $0.life == shell.life }
    if let other = others.first(where: { $0.resource.id == resource.id }) {
      return "\(resource.id): \(action) begins while \(other.action) is under way"
    }
    // What is no longer written counts no more, though it still ends.
    let count = others.count { other in
      other.resource.id.environment == resource.id.environment
        && shell.reconciler.resources[other.resource.id]?.underWay?.intent == other.intent
    }
    return count < Self.limit ? nil : "\(count + 1) actions at once in \(resource.id.environment)"
  }
}

struct NothingFollowsUnknown: Invariant {
  static let sentence = "Nothing is done to a resource whose last look failed."
  static let moments: Set<Moment.Kind> = [.looked, .performing]
  private var unknown: Set<ResourceID> = []

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .looked(let id, .unknown, _): unknown.insert(id)
    case .looked(let id, .known, _): unknown.remove(id)
    case .performing(let action, let resource, _) where unknown.contains(resource.id):
      return "\(resource.id): \(action) begins after a look that failed"
    default: break
    }
    return nil
  }
}

struct ClearedBySight: Invariant {
  static let sentence = "What was found is told to be gone only after a look that succeeded."
  static let moments: Set<Moment.Kind> = [.looked, .recorded]
  private var unknown: Set<ResourceID> = []

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .looked(let id, .unknown, _): unknown.insert(id)
    case .looked(let id, .known, _): unknown.remove(id)
    case .recorded(let events):
      for event in events where event.kind == .cleared {
        guard let id = event.scope?.resource, unknown.contains(id) else { continue }
        return "\(id): \(event.message), after a look that failed"
      }
    default: break
    }
    return nil
  }
}

struct BegunOnFreshLook: Invariant {
  static let sentence = "An action begins only on a look that ended within the last two seconds."
  static let moments: Set<Moment.Kind> = [.looked, .performing]
  private var looked: [ResourceID: Duration] = [:]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .looked(let id, _, _): looked[id] = shell.stage.elapsed
    case .performing(let action, let resource, _):
      let at = looked[resource.id] ?? .zero
      // What was decided before the machine slept or the disk was full is carried out after.
      guard at >= shell.stage.lastJump, shell.stage.elapsed - at > .milliseconds(2_100) else { return nil }
      return "\(resource.id): \(action) begins on a look of \(Trace.words(at))"
    default: break
    }
    return nil
  }
}

struct GuardHolds: Invariant {
  static let sentence =
    "What the guard holds back begins only in its window, or approved by as many people of its role."
  static let moments: Set<Moment.Kind> = [.recorded, .looked, .performing]
  private var approvals: [ResourceID: [(person: String, action: JSON, draft: Draft?)]] = [:]
  private var seen: [ResourceID: AnyObserved] = [:]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .recorded(let events):
      for event in events where event.kind == .approved {
        guard let id = event.scope?.resource else { continue }
        approvals[id, default: []].append(
          (event.actor, event.body["action"], shell.stage.inForce[id.environment]))
      }
    case .looked(let id, .known(let observed, _), _): seen[id] = observed
    case .performing(let action, let resource, let intent): return broken(action, resource, intent, shell)
    default: break
    }
    return nil
  }

  private func broken(_ action: AnyAction, _ resource: AnyResource, _ intent: Int64, _ shell: Shell)
    -> String?
  {
    let id = resource.id
    guard let draft = shell.stage.inForce[id.environment] else { return nil }
    let risk = Sections.of(id)?.risk(of: action, on: id, seen: seen[id], shell) ?? .safe
    let requirement = draft.requirement(for: risk)
    let what = "\(id): \(action), which is \(risk.rawValue), begins"
    if requirement == "window" {
      let at = shell.log.indices.contains(Int(intent) - 1) ? shell.log[Int(intent) - 1].at : shell.stage.wall
      guard let hours = shell.stage.hours([draft.changeWindow]) else { return nil }
      return hours.isOpen(at: at, in: shell.stage.zone(of: id.environment))
        ? nil : "\(what) outside \(draft.changeWindow)"
    }
    guard let (wanted, role) = shell.approvals(for: risk, in: id.environment) else { return nil }
    let people = Set(
      (approvals[id] ?? []).filter { given in
        given.action == action.json && given.draft?.requirement(for: risk) == requirement
      }.map(\.person)
    ).filter { Person(rawValue: $0)?.roles.contains(role) == true }
    if people.count >= wanted { shell.stage.met.add(wanted > 1 ? .approvedByTwo : .approvedByOne) }
    return people.count >= wanted ? nil : "\(what) with \(people.count) of \(requirement) approvals"
  }
}

struct ApprovedOnce: Invariant {
  static let sentence =
    "What people must approve begins only on approvals that they gave for it within a day, since it last took place."
  static let moments: Set<Moment.Kind> = [.asked, .recorded, .looked, .performing]
  private struct Approval {
    let person: String
    let action: JSON
    let at: Instant
    let sequence: Int64
  }

  /// What people asked for and the log does not have.
  private var asked: [String: Int] = [:]
  private var given: [ResourceID: [Approval]] = [:]
  private var seen: [ResourceID: AnyObserved] = [:]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .asked(let request):
      guard case .approve(let id, let digest, _) = request.ask else { return nil }
      asked["\(request.caller.name) \(id) \(digest)", default: 0] += 1
    case .recorded(let events): for event in events { hear(event, shell) }
    case .looked(let id, .known(let observed, _), _): seen[id] = observed
    case .performing(let action, let resource, let intent): return broken(action, resource, intent, shell)
    default: break
    }
    return nil
  }

  private mutating func hear(_ event: Event, _ shell: Shell) {
    guard let id = event.scope?.resource else { return }
    switch event.kind {
    case .approved:
      let key = "\(event.actor) \(id) \(event.body["digest"].text ?? "")"
      guard let count = asked[key], count > 0 else { return }
      asked[key] = count - 1
      given[id, default: []].append(
        Approval(
          person: event.actor, action: event.body["action"], at: event.at, sequence: event.sequence))
    case .lapsed: given[id]?.removeAll { $0.sequence == event.cause }
    case .done:
      guard let intent = event.cause, shell.log.indices.contains(Int(intent) - 1) else { return }
      let action = shell.log[Int(intent) - 1].body["action"]
      given[id]?.removeAll { $0.action == action }
    default: break
    }
  }

  private func broken(_ action: AnyAction, _ resource: AnyResource, _ intent: Int64, _ shell: Shell)
    -> String?
  {
    let id = resource.id
    let risk = Sections.of(id)?.risk(of: action, on: id, seen: seen[id], shell) ?? .safe
    guard let wanted = shell.approvals(for: risk, in: id.environment),
      shell.log.indices.contains(Int(intent) - 1)
    else { return nil }
    let at = shell.log[Int(intent) - 1].at
    let people = Set(
      (given[id] ?? []).filter { $0.action == action.json && at < $0.at + .seconds(86_400) }.map(\.person))
    return people.count >= wanted.count
      ? nil : "\(id): \(action) begins, and \(people.count) people approved it since it last took place"
  }
}

extension Shell {
  /// How many people of which role must have approved what is so risky, as the file in force says; nil where none must.
  fileprivate func approvals(for risk: Risk, in environment: String) -> (count: Int, role: String)? {
    let words = stage.inForce[environment]?.requirement(for: risk).split(separator: " ") ?? []
    guard words.count == 2, let count = Int(words[0]) else { return nil }
    return (count, String(words[1]))
  }
}

struct RolesHold: Invariant {
  static let sentence = "A request is accepted only of those whom the file permits it."
  static let moments: Set<Moment.Kind> = [.answered, .revealed]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .answered(let request, .accepted): broken(request)
    case .revealed(let request, _): broken(request)
    default: nil
    }
  }

  private func broken(_ request: Request) -> String? {
    guard let person = Person(rawValue: request.caller.name) else {
      return "a stranger is heard: \(request.caller.name)"
    }
    return person.may(request.ask.permission)
      ? nil : "\(person.rawValue) may not \(request.ask.verb), and was let"
  }
}

struct SuspendedUntouched: Invariant {
  static let sentence = "A suspended resource is never touched."
  static let moments: Set<Moment.Kind> = [.performing]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .performing(let action, let resource, let intent) = moment else { return nil }
    let at = shell.log.indices.contains(Int(intent) - 1) ? shell.log[Int(intent) - 1].at : shell.stage.wall
    return shell.stage.orders.suspension(of: resource.id, at: at, before: intent).map {
      "\(resource.id): \(action) begins, and \($0) is suspended"
    }
  }
}

struct BackoffHolds: Invariant {
  static let sentence =
    "What fails is repeated after pauses that double: a second, two, four and on, a quarter more or less."
  static let moments: Set<Moment.Kind> = [.ended, .recorded, .started, .performing, .read]
  private var failures: [ResourceID: [(what: String, began: Duration, at: Duration)]] = [:]
  private var began: [ResourceID: Duration] = [:]
  /// The pauses stop doubling long before; more are met only where something fails without end.
  private static let failuresMax = 200

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .ended(let ended, .failure):
      let id = ended.resource.id
      let failure = (what(ended.action, ended.resource), began[id] ?? .zero, shell.stage.elapsed)
      failures[id] = (failures[id] ?? []).suffix(Self.failuresMax) + [failure]
    case .ended(let ended, .success): failures[ended.resource.id] = []
    case .recorded(let events):
      for event in events where event.kind == .requested && event.actor != "steward" {
        guard let scope = event.scope, event.body["verb"].text == "reconcile" else { continue }
        failures = failures.filter { !scope.contains($0.key) }
      }
    case .started, .read: failures = [:]
    case .performing(let action, let resource, _):
      began[resource.id] = shell.stage.elapsed
      return tooSoon(action, resource, shell.stage)
    default: break
    }
    return nil
  }

  private func tooSoon(_ action: AnyAction, _ resource: AnyResource, _ stage: Stage) -> String? {
    let what = what(action, resource)
    // What failed before the clock jumped may be long ago by it; what is done to something that changed meanwhile is not what
    // failed.
    let since = max(stage.lastJump, stage.lastBefallen[resource.id] ?? .zero)
    let past = (failures[resource.id] ?? []).filter { $0.what == what && $0.at > since }
    guard let last = past.last else { return nil }
    // What was not begun again for a minute may have been forgotten.
    var chain = 1
    while chain < past.count, past[past.count - chain].began - past[past.count - chain - 1].at < .seconds(60)
    {
      chain += 1
    }
    let pause = stage.elapsed - last.at
    guard chain >= 3, pause < .milliseconds(700) * (1 << (min(chain, 6) - 1)) else { return nil }
    return "\(resource.id): \(action) is tried again after \(pause) and \(chain) failures"
  }

  private func what(_ action: AnyAction, _ resource: AnyResource) -> String {
    Sections.of(resource.id)?.identity(of: action) ?? action.description
  }
}

struct RepetitionsRest: Invariant {
  static let sentence =
    "However a server lies, no resource does the same kind of thing more than three thousand times an hour."
  static let moments: Set<Moment.Kind> = [.performing, .started]
  /// A process that does not end is told to some twenty times in the first hour, and of one entry there can be a hundred.
  private static let most = 3_000
  private var performed: [ResourceID: [String: [Duration]]] = [:]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .performing(let action, let resource, _) = moment else {
      performed = [:]
      return nil
    }
    let now = shell.stage.elapsed
    var times = performed[resource.id]?[action.verb] ?? []
    times.append(now)
    if times.count > Self.most { times.removeFirst(times.count - Self.most - 1) }
    performed[resource.id, default: [:]][action.verb] = times
    guard times.count > Self.most, let first = times.first, now - first < .seconds(3_600) else { return nil }
    return "\(resource.id): \(action) is number \(times.count) of its kind within \(now - first)"
  }
}
