import Reconciliation
import Specification

/// What one section of an environment says of another, or of steward.yaml. It works on what was written, so
/// that it needs no controller's types; wrong types have been recorded elsewhere and are passed over here.
struct CrossChecks {
  let root: SpecNode
  let steward: StewardFile?
  let mistakes: Mistakes

  func run() {
    instancesNameTheirSecrets()
    loginsNameTheirSecrets()
    secretsNameTheirCaches()
    accessNamesRoles()
    guardNamesRolesThatApprove()
    alertsGoSomewhere()
    pricesAreOfSomething()
  }

  /// What nobody counts costs its price always: a slip of the pen must not become a standing charge.
  private func pricesAreOfSomething() {
    let sections = root.entries.filter { if case .mapping = $0.value.content { true } else { false } }
    let names = Set(sections.map(\.key.text) + sections.flatMap { $0.value.entries.map(\.key.text) })
    for price in root["budget"]?["prices"]?.entries ?? [] {
      let name = price.key.text
      expect(
        name, among: names, at: price.key.place,
        or: "`\(name)` has a price, and there is no section and no entry of that name")
    }
  }

  private func instancesNameTheirSecrets() {
    let defined = Set(root["secrets"]?.entries.map(\.key.text) ?? [])
    for instance in root["instances"]?.entries ?? [] {
      for secret in instance.value["secrets"]?.elements ?? [] {
        guard let name = secret.written else { continue }
        expect(
          name, among: defined, at: secret.place,
          or: "instances/\(instance.key.text) wants the secret `\(name)`, which `secrets` does not define")
      }
    }
  }

  private func loginsNameTheirSecrets() {
    let defined = Set(root["secrets"]?.entries.map(\.key.text) ?? [])
    for cache in root["cache"]?.entries ?? [] {
      guard let password = cache.value["login"]?["password"], let name = password.written else { continue }
      expect(
        name, among: defined, at: password.place,
        or: "cache/\(cache.key.text) logs in with the secret `\(name)`, which `secrets` does not define")
    }
  }

  private func secretsNameTheirCaches() {
    let defined = Set(root["cache"]?.entries.map(\.key.text) ?? [])
    for secret in root["secrets"]?.entries ?? [] {
      guard let server = secret.value["in"], let name = server.written, name.hasPrefix("cache/") else {
        continue
      }
      expect(
        String(name.dropFirst(6)), among: defined, at: server.place,
        or: "secrets/\(secret.key.text) is a password in \(name), which `cache` does not define")
    }
  }

  private func accessNamesRoles() {
    for permission in root["access"]?.entries ?? [] {
      for role in permission.value.elements {
        guard let name = role.written else { continue }
        expectRole(name, at: role.place)
      }
    }
  }

  private func guardNamesRolesThatApprove() {
    for risk in root["guard"]?.entries ?? [] {
      guard case .approvals(_, let role)? = try? risk.value.requirement() else { continue }
      guard expectRole(role, at: risk.value.place) else { continue }
      let approving = root["access"]?["approve"]?.elements.compactMap(\.written) ?? []
      if !approving.contains(role) {
        mistakes.add(
          "`guard` asks `\(role)` for approval, but `access` does not let that role approve: add it to `approve`",
          at: risk.value.place)
      }
    }
  }

  private func alertsGoSomewhere() {
    for severity in root["alerts"]?.entries ?? [] {
      guard let steward, let route = severity.value["to"], let name = route.written else { continue }
      expect(
        name, among: steward.alertRoutes, at: route.place,
        or: "alerts go to `\(name)`, which steward.yaml does not define under `alerts`")
    }
  }

  @discardableResult
  private func expectRole(_ name: String, at place: Place) -> Bool {
    guard let steward else { return true }
    return expect(
      name, among: Set(steward.roles.keys), at: place,
      or: "the role `\(name)` is not defined in steward.yaml")
  }

  @discardableResult
  private func expect(_ name: String, among names: Set<String>, at place: Place, or message: String) -> Bool {
    guard !names.contains(name) else { return true }
    // What is no name has been refused where it was read.
    guard EntryName.isValid(name) else { return false }
    let meant = mistakes.isCrowded ? "" : NearestName.suggestion(for: name, among: names)
    mistakes.add(message + meant, at: place)
    return false
  }
}

extension SpecNode {
  fileprivate var entries: [SpecEntry] {
    if case .mapping(let entries) = content { entries } else { [] }
  }

  fileprivate var elements: [SpecNode] {
    if case .list(let elements) = content { elements } else { [] }
  }

  fileprivate var written: String? {
    if case .scalar(let scalar) = content { scalar.text } else { nil }
  }

  fileprivate subscript(key: String) -> SpecNode? { entries.first { $0.key.text == key }?.value }
}
