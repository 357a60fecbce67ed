import CrashPoints
import Desired
import Host
import Reconciliation
import Specification
import Synchronization

extension Configuration {
  /// Reads everything and returns what is news for the reducer; nil where, unless `isSettled`, a file may be just being
  /// written anew.
  /// - Throws: ``UnusableConfiguration`` at the first reading, where there is no `steward.yaml` to go by.
  func read(isSettled: Bool) throws -> [Input]? {
    // Which groups may write is for the version in force to say: a new one is looked at below.
    var environments = readEnvironments()
    // Asked of a copy, as below: nobody waits for it who asks for the roles meanwhile.
    let told = state.withLock(\.files)
    if !isSettled, let sources = try? environments.get(), told.hasGap(in: sources) { return nil }
    var problems: [String] = []
    let stewardChanged = try readSteward(&problems)
    if stewardChanged { environments = readEnvironments() }
    // Nobody else changes them; who asks for the roles meanwhile does not wait for a thousand files.
    var (files, isFirst) = state.withLock { ($0.files, $0.isFirst) }
    let sources: [SourceFile]
    do {
      sources = try environments.get()
    } catch {
      // A folder that cannot be read is not an empty one: everything stays in force.
      problems.append("\(error); the last good versions stay in force")
      guard isFirst else {
        state.withLock { $0.problems = problems }
        return []
      }
      sources = lastGoodNames.map {
        SourceFile(name: "environments/\($0)", contents: .failure(UnreadableFile("\(error)")))
      }
    }
    if isFirst { for source in sources { files.remember(lastGood(of: source)) } }
    var adopted: [SourceFile] = []
    let inputs = files.news(in: sources, isAllNews: stewardChanged) {
      environmentOf($0, steward)
    } adopted: {
      adopted.append($0)
    }
    state.withLock { state in
      state.files = files
      state.isFirst = false
      state.unkept += adopted
      state.problems = problems
    }
    return inputs
  }

  private func readEnvironments() -> Result<[SourceFile], any Error> {
    let trust = Trust(groups: state.withLock { $0.steward?.writers } ?? [])
    return Result { try SourceFile.environments(in: folder, trusting: trust) }
  }

  // MARK: steward.yaml

  /// Reads `steward.yaml`; returns whether what it says is new, so that environments that refer to it are read again.
  private func readSteward(_ problems: inout [String]) throws -> Bool {
    let source = SourceFile.steward(in: folder, trusting: Trust())
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
    guard let lastGood = lastGoodSteward else {
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
    // What the daemon before kept is there: no start waits for the disk twice for each of a thousand files.
    if let kept = try? SourceFile.read(name, in: lastGoodFolder).contents.get(), kept == bytes { return }
    do {
      try effect("adopted.keep") {
        try PrivateFile.removeLeftovers(of: "\(lastGoodFolder)/\(name)")
        try PrivateFile.write(bytes, to: "\(lastGoodFolder)/\(name)")
      }
    } catch {
      problems.append("the last good version of \(source.name) cannot be kept: \(error)")
    }
  }

  /// The files of the environments that were in force when the daemon ended.
  private var lastGoodNames: [String] {
    ((try? PlainFile.names(in: lastGoodFolder)) ?? [])
      .filter { ConfigurationFolder.isEnvironment(fileName: $0) && $0 != "steward.yaml" }.sorted()
  }

  /// The version of a file that was in force when the daemon ended.
  private func lastGood(of source: SourceFile) -> EnvironmentReading {
    let name = source.name.split(separator: "/").last.map(String.init) ?? source.name
    var good = SourceFile.read(name, in: lastGoodFolder)
    good.name = source.name
    return environmentOf(good, steward)
  }
}
