import Calendar
import Desired
import Host
import Reconciliation

/// The configuration folder as the daemon follows it: what is told to the reducer is what is news, and the last good
/// version of each file outlives the daemon.
struct Folder {
  private let reader: EnvironmentFile
  private var files = EnvironmentFiles()
  /// The last good text of each environment, on the disk.
  private var good: [String: String] = [:]
  /// Reading is a function of the text: a restart need not do it again.
  private var readings: [String: EnvironmentReading] = [:]

  init(kinds: [ControllerKind], zones: [String: Zone]) {
    var steward = StewardFile()
    for role in ["developers", "operators", "qa", "release-engineer"] { steward.roles[role] = .init() }
    reader = EnvironmentFile(zones: SystemZones.database, controllers: kinds, steward: steward)
  }

  /// The first reading of a life.
  mutating func start(_ stage: Stage, remembering memory: Memory) -> [Input] {
    files = EnvironmentFiles()
    for (name, text) in good.sorted(by: { $0.key < $1.key }) where stage.files[name] != nil {
      files.remember(reading(source(name, text)))
    }
    var inputs = read(stage)
    for (name, file) in memory.files.sorted(by: { $0.key < $1.key })
    where !files.present.contains(name) && file.state != .released {
      inputs.append(.released(environment: name))
    }
    return inputs
  }

  /// What is news.
  mutating func read(_ stage: Stage) -> [Input] {
    let sources = stage.files.sorted { $0.key < $1.key }.map { source($0.key, $0.value) }
    var files = files
    defer { self.files = files }
    return files.news(in: sources) {
      reading($0)
    } adopted: {
      good[$0.stem] = stage.files[$0.stem]
    }
  }

  mutating func reading(_ draft: Draft) -> EnvironmentReading { reading(source(draft.name, draft.text)) }

  private func source(_ name: String, _ text: String) -> SourceFile {
    SourceFile(name: "environments/\(name).yaml", contents: .success(Array(text.utf8)))
  }

  private mutating func reading(_ source: SourceFile) -> EnvironmentReading {
    let key = "\(source.stem) \(source.digest)"
    if let known = readings[key] { return known }
    let reading = reader.read(source)
    readings[key] = reading
    return reading
  }
}
