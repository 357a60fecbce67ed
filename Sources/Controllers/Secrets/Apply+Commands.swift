import Calendar
import Host
import Reconciliation
import SecretStore

/// The steps that ask the other end.
extension SecretsController {
  /// Makes the other end take the new value.
  ///
  /// A run that a crash cut off may have come all the way; the copy that it left behind says that there was
  /// one. Then `test` decides before `rotate` is run again, and it decides too where `rotate` fails: after a
  /// power cut the copy is gone with the memory it lay in, and the value in force may be dead already.
  /// Without a `test`, `rotate` is simply run again with the same value, so it must be idempotent.
  func set(_ work: SecretWork) async throws -> Outcome {
    let version = try work.version()
    guard version.phase == .pending else { return work.done("version \(version.number) is set already") }
    if let account = work.resource.spec.account { return try await set(version, in: account, work) }
    guard let arguments = work.resource.spec.rotate else {
      throw work.movedOn("no `rotate` is written any more")
    }
    let value = try await value(of: work.resource.id, version: version.number, for: work.operation)
    let message: String
    do {
      message = try await tell(value, with: arguments, work)
    } catch {
      try await removeCopies(of: work.resource.id, for: work.operation)
      throw error
    }
    // The mark before the removal: a crash between the two leaves a copy to be swept up, never a doubt.
    try await mark(version.number, of: work.resource.id, as: .set, for: work.operation)
    try await removeCopies(of: work.resource.id, for: work.operation)
    return work.done(message)
  }

  private func tell(_ value: Secret, with arguments: [String], _ work: SecretWork) async throws -> String {
    let before = "version \(work.action.version) was set before"
    if try await hasLeftover(work.resource.id), try await isProvenToWork(value, work) { return before }
    do {
      try await rotate(value, with: arguments, work)
      return "set version \(work.action.version) with \(arguments[0])"
    } catch let failure as Failure where failure.code == Self.refusedCode {
      guard try await isProvenToWork(value, work) else { throw failure }
      return before
    }
  }

  /// Tries the new value. Where `test` says no, the value in force is tried: if that works, the new one is
  /// not in effect and is set again.
  func test(_ work: SecretWork) async throws -> Outcome {
    let version = try work.version()
    if version.phase == .current { return work.done("version \(version.number) is in force already") }
    if let account = work.resource.spec.account { return try await test(version, in: account, work) }
    let value = try await value(of: work.resource.id, version: version.number, for: work.operation)
    switch try await works(value, work) {
    case true?: break
    case false?: throw try await refused(version, work)
    case nil: try await rehearse(work)
    }
    try await mark(version.number, of: work.resource.id, as: .tested, for: work.operation)
    let how = work.resource.spec.test.map { "\($0[0]) takes it" } ?? "it can be read back"
    return work.done("version \(version.number) is good: \(how)")
  }

  /// Without a command `test`: the store gave the value back; now the env file is written as it is, to see that it
  /// can be.
  func rehearse(_ work: SecretWork) async throws {
    guard let path = work.resource.spec.file, let current = work.current else { return }
    let now = clock.now
    let former = work.versions.last { $0.phase == .previous }
    let previous = former.flatMap { $0.overlapUntil.map { $0 > now } == true ? $0.number : nil }
    try await write(work, to: path, current.number, previous: previous)
  }

  private func refused(_ version: SecretVersion, _ work: SecretWork) async throws -> Failure {
    func failure(_ cause: String) -> Failure {
      Failure(
        .transient, code: "test", operation: work.operation, subject: work.resource.spec.test?[0] ?? "",
        cause: cause)
    }
    let new = "version \(version.number) does not work"
    guard version.phase != .pending, work.resource.spec.rotate != nil, let current = work.current else {
      return failure(new)
    }
    let old = try await value(of: work.resource.id, version: current.number, for: work.operation)
    guard try await works(old, work) == true else {
      return failure("\(new), and neither does version \(current.number)")
    }
    try await mark(version.number, of: work.resource.id, as: .pending, for: work.operation)
    return failure("\(new) and version \(current.number) does; it is set again")
  }

  /// Whether `test` takes `value` and would not take just anything: one that does decides nothing.
  private func isProvenToWork(_ value: Secret, _ work: SecretWork) async throws -> Bool {
    guard try await works(value, work) == true else { return false }
    let nonsense = Secret.generate(length: work.resource.spec.length, from: randomness)
    return try await works(nonsense, work) == false
  }
}
