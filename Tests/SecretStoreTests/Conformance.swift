import Calendar
import SecretStore
import Testing

/// What is true of every store, step by step.
func conforms(_ store: any SecretStore, _ key: SecretID, at now: Instant) async throws {
  #expect(try await store.versions(of: key).isEmpty)
  let value = Secret([0, 1, 255, 10] + Array("pä$s\n".utf8))
  #expect(try await store.add(value, to: key, at: now).number == 1)
  #expect(try await store.value(of: key, version: 1) == value)
  try await expect(.refused) { _ = try await store.add(value, to: key, at: now) }
  try await expect(.absent) { _ = try await store.value(of: key, version: 2) }
  try await expect(.absent) { try await store.mark(key, version: 2, as: .set) }
  for phase in [SecretVersion.Phase.set, .tested, .current] {
    try await store.mark(key, version: 1, as: phase)
  }
  try await expect(.refused) { try await store.remove(key, version: 1) }
  #expect(try await store.add(Secret("second"), to: key, at: now).number == 2)
  try await store.mark(key, version: 2, as: .current, overlapUntil: now + .seconds(60))
  #expect(
    try await store.versions(of: key) == [
      SecretVersion(number: 1, created: now, phase: .previous, overlapUntil: now + .seconds(60)),
      SecretVersion(number: 2, created: now, phase: .current),
    ])
  try await store.remove(key, version: 1)
  // A number is never used again, not even that of the newest.
  #expect(try await store.add(Secret("third"), to: key, at: now).number == 3)
  try await store.remove(key, version: 3)
  #expect(try await store.add(Secret("fourth"), to: key, at: now).number == 4)
  try await expect(.refused) {
    _ = try await store.add(Secret(""), to: SecretID(environment: key.environment, name: "b"), at: now)
  }
}

/// Of several changes at once one takes place, and nothing is lost.
func takesOneChange(_ store: any SecretStore, _ key: SecretID, at now: Instant) async throws {
  _ = try await store.add(Secret("one"), to: key, at: now)
  try await store.mark(key, version: 1, as: .current)
  let outcomes = await withTaskGroup(of: Bool.self, returning: [Bool].self) { group in
    for _ in 0..<6 {
      group.addTask { (try? await store.add(Secret("next"), to: key, at: now)) != nil }
    }
    return await group.reduce(into: []) { $0.append($1) }
  }
  #expect(outcomes.count { $0 } == 1)
  #expect(try await store.versions(of: key).map(\.number) == [1, 2])
}
