import CrashPoints
import Desired
import Host
import Reconciliation
import Specification
import Synchronization

extension Configuration {
  /// Reads everything and returns what is news for the reducer.
  /// - Throws: ``UnusableConfiguration`` at the first reading, where there is no `steward.yaml` to go by.
  func read() throws -> [Input] {
    var problems: [String] = []
    let stewardChanged = try readSteward(&problems)
    let sources: [SourceFile]
    do {
      sources = try SourceFile.environments(in: folder)
    } catch {
      // A folder that cannot be read is not an empty one: everything stays in force.
      problems.append("\(error); the last good versions stay in force")
      state.withLock { $0.problems = problems }
      return []
    }
    var inputs: [Input] = []
    let isFirst = state.withLock { state in
      defer { state.isFirst = false }
      return state.isFirst
    }
    for source in sources {
      if isFirst, let lastGood = lastGood(of: source) { inputs.append(lastGood) }
      guard stewardChanged || state.withLock({ $0.told[source.stem] }) != source.digest else { continue }
      let reading = environmentOf(source, steward)
      state.withLock { $0.told[source.stem] = source.digest }
      inputs.append(reading.input)
      if reading.adopted != nil { state.withLock { $0.unkept.append(source) } }
    }
    inputs += gone(besides: Set(sources.map(\.stem)))
    state.withLock { $0.problems = problems }
    return inputs
  }

  private func gone(besides present: Set<String>) -> [Input] {
    let names = state.withLock { state in
      let names = state.told.keys.filter { !present.contains($0) }.sorted()
      for name in names { state.told[name] = nil }
      return names
    }
    return names.map { .released(environment: $0) }
  }

  // MARK: steward.yaml

  /// Reads `steward.yaml`; returns whether what it says is new, so that environments that refer to it are read again.
  private func readSteward(_ problems: inout [String]) throws -> Bool {
    let source = SourceFile.read("steward.yaml", in: folder)
    let (before, isFirst) = state.withLock { ($0.stewardDigest, $0.isFirst) }
    if before == source.digest, (try? source.contents.get()) != nil { return false }
    let reading = StewardFile.read(source)
    problems += reading.mistakes.map { "\($0)" }
    if let steward = reading.steward {
      keepAsGood(source, &problems)
      state.withLock { state in
        (state.steward, state.stewardDigest) = (steward, source.digest)
        state.revision += 1
      }
      return true
    }
    guard isFirst else { return false }
    guard let lastGood = StewardFile.read(SourceFile.read("steward.yaml", in: lastGoodFolder)).steward else {
      throw UnusableConfiguration(mistakes: reading.mistakes.map { "\(folder)/\($0)" })
    }
    state.withLock { $0.steward = lastGood }
    return true
  }

  // MARK: The last good versions

  /// Keeps what was adopted since the last call as the last good version: two waits for the disk, for which nobody
  /// waits who edited a file. A daemon that ends before finds the file itself.
  func keepGood() {
    var problems: [String] = []
    let sources = state.withLock { state in
      defer { state.unkept = [] }
      return state.unkept
    }
    for source in sources { keepAsGood(source, &problems) }
    if !problems.isEmpty { state.withLock { $0.problems += problems } }
  }

  private func keepAsGood(_ source: SourceFile, _ problems: inout [String]) {
    guard let bytes = try? source.contents.get() else { return }
    let name = source.name.split(separator: "/").last.map(String.init) ?? source.name
    do {
      try effect("adopted.keep") {
        try PrivateFile.removeLeftovers(of: "\(lastGoodFolder)/\(name)")
        try PrivateFile.write(bytes, to: "\(lastGoodFolder)/\(name)")
      }
    } catch {
      problems.append("the last good version of \(source.name) cannot be kept: \(error)")
    }
  }

  /// The last good version of a file that is no good at the start.
  private func lastGood(of source: SourceFile) -> Input? {
    guard environmentOf(source, steward).adopted == nil else { return nil }
    let name = source.name.split(separator: "/").last.map(String.init) ?? source.name
    var good = SourceFile.read(name, in: lastGoodFolder)
    good.name = source.name
    return environmentOf(good, steward).adopted.map { .adopted($0) }
  }
}
