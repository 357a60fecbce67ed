import Calendar
import CrashPoints
import Host
public import Reconciliation
import SecretStore

/// Every step looks at the store first: an earlier attempt may have come all the way, and its end may not be
/// known.
extension SecretsController {
  public func apply(
    _ action: SecretAction, to resource: Resource<SecretSpec>
  ) async throws -> Outcome {
    let versions = try await versions(of: resource.id, for: action.description)
    let work = SecretWork(action: action, resource: resource, versions: versions)
    switch action.step {
    case .prepare: return try await effect("secrets.prepare") { try await prepare(work) }
    case .set: return try await effect("secrets.set") { try await set(work) }
    case .test: return try await effect("secrets.test") { try await test(work) }
    case .finish: return try await effect("secrets.finish") { try await finish(work) }
    case .deliver: return try await effect("secrets.deliver") { try await deliver(work) }
    case .retire: return try await effect("secrets.retire") { try await remove(work, in: .previous) }
    case .abandon: return try await effect("secrets.abandon") { try await remove(work, in: .pending) }
    case .restore: return try await effect("secrets.restore") { try await restore(work) }
    case .tidy:
      try await effect("secrets.tidy") {
        try await removeCopies(of: resource.id, for: work.operation)
        try await removeSuperseded(resource.id, for: work.operation)
      }
      return Outcome("removed what a crash left behind")
    }
  }

  private func prepare(_ work: SecretWork) async throws -> Outcome {
    if let other = work.versions.first(where: \.phase.isUnderway) {
      guard other.number >= work.action.version else {
        throw work.movedOn("version \(other.number) is on its way already")
      }
      return work.done("version \(other.number) is prepared already", as: other.number)
    }
    let spec = work.resource.spec
    let number = try await add(
      spec.value?.secret ?? .generate(length: spec.length, from: randomness), as: work.action.version,
      for: work.action.user, to: work.resource.id, for: work.operation)
    return work.done("prepared version \(number)\(work.action.why.map { ": \($0)" } ?? "")", as: number)
  }

  private func finish(_ work: SecretWork) async throws -> Outcome {
    let version = try work.version()
    if version.phase == .current { return work.done("version \(version.number) is in force already") }
    guard version.phase == .tested else { throw work.movedOn("version \(version.number) is not tested") }
    let now = clock.now
    let until = work.resource.spec.overlap.added(to: now, in: work.resource.spec.zone)
    try await mark(
      version.number, of: work.resource.id, as: .current, overlapUntil: until, for: work.operation)
    let overlap = work.current.flatMap { until > now ? ", version \($0.number) works until \(until)" : nil }
    return work.done("version \(version.number) is in force\(overlap ?? "")")
  }

  private func deliver(_ work: SecretWork) async throws -> Outcome {
    guard let path = work.resource.spec.file else { throw work.movedOn("no file is written any more") }
    guard try work.version().phase == .current else {
      throw work.movedOn("version \(work.action.version) is not in force")
    }
    try await write(work, to: path, work.action.version, previous: work.action.previous)
    return work.done("wrote \(path)\(work.action.why.map { ", which \($0)" } ?? "")", ["file": .string(path)])
  }

  func write(_ work: SecretWork, to path: String, _ version: Int, previous: Int?) async throws {
    let value = try await delivered(version, work)
    var before: DeliveredSecret?
    if let previous { before = try await delivered(previous, work) }
    let file = SecretFile(path: path, name: work.resource.id.name)
    do {
      try await offPool { [before] in try file.write(value, previous: before) }
    } catch let error as HostError {
      throw Failure(error, operation: work.operation)
    }
  }

  private func delivered(_ number: Int, _ work: SecretWork) async throws -> DeliveredSecret {
    DeliveredSecret(
      value: try await value(of: work.resource.id, version: number, for: work.operation),
      user: work.versions.first { $0.number == number }?.user)
  }

  private func remove(_ work: SecretWork, in phase: SecretVersion.Phase) async throws -> Outcome {
    let number = work.action.version
    guard let version = work.versions.first(where: { $0.number == number }) else {
      return work.done("version \(number) is gone already")
    }
    guard version.phase == phase else { throw work.movedOn("version \(number) is \(version.phase.words)") }
    let ended = phase == .previous ? try await retire(version, work) : nil
    try await remove(number, of: work.resource.id, for: work.operation)
    return work.done("version \(number) is removed\(ended.map { ", \($0)" } ?? "")")
  }
}

/// One action, and what the store held when it began.
struct SecretWork: Sendable {
  let action: SecretAction
  let resource: Resource<SecretSpec>
  let versions: [SecretVersion]

  var operation: String { action.description }

  var current: SecretVersion? { versions.last { $0.phase == .current } }

  func version() throws -> SecretVersion {
    guard let version = versions.first(where: { $0.number == action.version }) else {
      throw movedOn("version \(action.version) is gone")
    }
    return version
  }

  func done(_ message: String, as number: Int? = nil, _ more: [String: JSON] = [:]) -> Outcome {
    let details: [String: JSON] = [
      "version": .integer(Int64(number ?? action.version)), "kind": .string(resource.spec.kind.rawValue),
    ]
    return Outcome(message, details: .object(details.merging(more) { $1 }))
  }

  /// The world is not the one that was planned for; the next look and plan will see.
  func movedOn(_ cause: String) -> Failure {
    Failure(.transient, code: "moved-on", operation: operation, subject: "\(resource.id)", cause: cause)
  }
}
