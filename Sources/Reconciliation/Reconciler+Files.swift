import Specification

extension Reconciler {
  /// A good version of an environment's file is in force from now on. What did not change is left alone; what is no
  /// longer written is released, never torn down: `count: 0` is how one writes that nothing should run.
  mutating func adopt(_ adopted: AdoptedEnvironment, in turn: inout Turn) {
    let name = adopted.header.name
    var state = environments[name] ?? EnvironmentState(file: adopted.file)
    let isNews = state.digest != adopted.digest || state.header == nil || state.isReleased
    let wasRefused = state.refusal != nil
    state.header = adopted.header
    state.file = adopted.file
    state.digest = adopted.digest
    state.refusal = nil
    state.isReleased = false
    state.notKept = adopted.notKept
    environments[name] = state
    guard isNews || wasRefused else { return }

    let before = members[name] ?? []
    let after = Set(adopted.resources.map(\.id))
    let changed = adopted.resources.filter {
      before.contains($0.id) && resources[$0.id]?.resource.revision != $0.revision
    }
    for id in before.subtracting(after) { drop(id) }
    for resource in adopted.resources { keep(resource, isChanged: changed.contains { $0.id == resource.id }) }
    members[name] = after
    let isRecorded = recordAdoption(
      adopted, added: after.subtracting(before).count, changed: changed.count,
      gone: before.subtracting(after), in: &turn)
    if isRecorded { for id in after { resources[id]?.because = memory.lastSequence } }
    for id in after.sorted() { look(at: id, in: &turn) }
  }

  private mutating func keep(_ resource: AnyResource, isChanged: Bool) {
    guard let old = resources[resource.id] else {
      var kept = Kept(resource)
      kept.underWay = lingering.removeValue(forKey: resource.id)
      if kept.underWay != nil { environments[resource.id.environment]?.underWay += 1 }
      // After a crash it is what was in doubt that led to whatever is planned first.
      kept.because = memory.resources[resource.id]?.interrupted
      resources[resource.id] = kept
      environments[resource.id.environment]?.unheard.insert(resource.id)
      return
    }
    var kept = Kept(resource)
    kept.isLooking = old.isLooking
    kept.lookAgain = old.isLooking
    kept.underWay = old.underWay
    kept.plan = old.plan
    kept.because = old.because
    // What a look at the old spec found may mean something else under the new one.
    kept.observation = isChanged ? nil : old.observation
    resources[resource.id] = kept
  }

  mutating func drop(_ id: ResourceID) {
    if let begun = resources[id]?.underWay {
      environments[id.environment]?.underWay -= 1
      lingering[id] = begun
    }
    resources[id] = nil
    environments[id.environment]?.unheard.remove(id)
    _ = environments[id.environment]?.facts.publish([], by: id)
  }

  private mutating func recordAdoption(
    _ adopted: AdoptedEnvironment, added: Int, changed: Int, gone: Set<ResourceID>, in turn: inout Turn
  ) -> Bool {
    let name = adopted.header.name
    // After a restart the same version is in force again: that is no news.
    if memory.files[name]?.digest == adopted.digest, memory.files[name]?.state == .adopted { return false }
    let counts = [(added, "new"), (changed, "changed"), (gone.count, "no longer written")]
      .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    record(
      .adopted, "\(adopted.file) is in force\(counts.isEmpty ? "" : ": " + counts.joined(separator: ", "))",
      of: Scope(environment: name), severity: gone.isEmpty ? .info : .notice,
      body: [
        "digest": .string(adopted.digest), "file": .string(adopted.file),
        "released": .array(gone.sorted().map { .string("\($0)") }),
      ], in: &turn)
    return true
  }

  /// The file has mistakes: the version before it stays in force.
  mutating func refuse(
    _ name: String, file: String, mistakes: [Mistake], digest: String, in turn: inout Turn
  ) {
    var state = environments[name] ?? EnvironmentState(file: file)
    state.file = file
    state.isReleased = false
    let isNews = state.refusal?.digest != digest
    state.refusal = (digest, mistakes)
    environments[name] = state
    guard isNews else { return }
    let force =
      state.header == nil
      ? "no good version is known, nothing is kept" : "the last good version stays in force"
    record(
      .refused,
      "\(file) is refused, \(mistakes.count == 1 ? "1 mistake" : "\(mistakes.count) mistakes"); \(force)",
      of: Scope(environment: name), severity: .warning,
      body: [
        "file": .string(file), "refused": .string(digest),
        "mistakes": .array(mistakes.map { .string("\($0)") }),
      ], in: &turn)
  }

  /// The file is gone. That never means "delete everything": the environment is let go of as it stands.
  mutating func release(_ name: String, in turn: inout Turn) {
    guard environments[name]?.isReleased != true else { return }
    let file = environments[name]?.file ?? memory.files[name]?.file ?? name
    for id in members[name] ?? [] { drop(id) }
    members[name] = nil
    var state = EnvironmentState(file: file)
    state.isReleased = true
    environments[name] = state
    guard memory.files[name]?.state != .released else { return }
    record(
      .released, "\(file) is gone: \(name) is released, nothing was torn down", of: Scope(environment: name),
      severity: .warning, body: ["file": .string(file)], in: &turn)
  }
}
