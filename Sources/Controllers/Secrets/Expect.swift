public import Calendar
public import Reconciliation
import SecretStore

extension SecretsController {
  public static let hears: Set<Fact.Name> = [.secretInUse]

  public static func listens(
    _ spec: SecretSpec, of id: ResourceID, publishing own: [Fact], to fact: Fact
  ) -> Bool {
    // Who uses the version in force is no matter; who uses a former one decides when that goes.
    guard fact.about == id.name else { return false }
    return own.contains { versions in fact.isAboutFormer(in: versions) }
  }

  public static func blank(_ resource: Resource<SecretSpec>) -> SecretObserved? {
    SecretObserved(
      file: resource.spec.file == nil ? nil : SecretFileSeen(.missing),
      written: resource.spec.value == nil ? nil : [],
      server: resource.spec.account == nil ? nil : ServerSeen())
  }

  public static func expect(
    _ action: SecretAction, of resource: Resource<SecretSpec>, after observed: SecretObserved, at now: Instant
  ) -> SecretObserved {
    var after = observed
    // A late look does not see how far a version has come: the step finds it, and leaves it at that.
    let phase = after.versions.last { $0.number == action.version }?.phase
    switch action.step {
    case .prepare:
      if phase != nil { break }
      after.versions.append(
        SecretVersion(number: action.version, created: now, phase: .pending, user: action.user))
      if resource.spec.value != nil { after.written = (after.written ?? []) + [action.version] }
    case .set:
      guard phase == .pending else { break }
      let current = after.versions.last { $0.phase == .current }
      // Where one account has one password, the one in force dies.
      if let user = action.user, let current, after.server != nil, let account = resource.spec.account,
        !account.server.takesSeveral, current.user ?? account.role == user
      {
        after.server?.login = .refused
      }
      after.move(action.version, to: .set)
      after.leftover = false
    case .test: if phase != .current { after.move(action.version, to: .tested) }
    case .finish:
      let until = resource.spec.overlap.added(to: now, in: resource.spec.zone)
      for index in after.versions.indices where after.versions[index].phase == .current {
        after.versions[index].phase = .previous
        after.versions[index].overlapUntil = until
      }
      after.move(action.version, to: .current)
      if resource.spec.account != nil { after.takeCurrent() }
    case .restore: after.takeCurrent()
    case .deliver: after.file = .holds(action.version, previous: action.previous)
    case .retire, .abandon:
      after.versions.removeAll { $0.number == action.version }
      after.written?.removeAll { $0 == action.version }
    case .tidy: (after.leftover, after.superseded) = (false, false)
    }
    return after
  }
}

extension SecretObserved {
  /// The server takes the version in force; what else is so of it stays.
  fileprivate mutating func takeCurrent() {
    var seen = server ?? ServerSeen()
    (seen.login, seen.older, seen.refusing, seen.refusal, seen.unknown) = (.works, nil, nil, nil, nil)
    server = seen
  }

  fileprivate mutating func move(_ number: Int, to phase: SecretVersion.Phase) {
    guard let index = versions.firstIndex(where: { $0.number == number }) else { return }
    versions[index].phase = phase
    versions[index].overlapUntil = nil
  }
}
