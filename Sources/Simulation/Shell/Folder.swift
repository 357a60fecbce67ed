import Calendar
import Desired
import Host
import Reconciliation

/// The configuration folder as the daemon follows it: what is told to the reducer is what is news, and the last good
/// version of each file outlives the daemon.
struct Folder {
  private let reader: EnvironmentFile
  /// The digest of each file as last told.
  private var told: [String: String] = [:]
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
    told = [:]
    var inputs: [Input] = []
    for name in stage.files.keys.sorted() {
      guard let text = stage.files[name], reading(name, text).adopted == nil, let before = good[name],
        let adopted = reading(name, before).adopted
      else { continue }
      inputs.append(.adopted(adopted))
    }
    inputs += read(stage)
    for (name, file) in memory.files.sorted(by: { $0.key < $1.key })
    where told[name] == nil && file.state != .released {
      inputs.append(.released(environment: name))
    }
    return inputs
  }

  /// What is news.
  mutating func read(_ stage: Stage) -> [Input] {
    var inputs: [Input] = []
    for name in stage.files.keys.sorted() {
      guard let text = stage.files[name] else { continue }
      let reading = reading(name, text)
      guard told[name] != reading.digest else { continue }
      told[name] = reading.digest
      inputs.append(reading.input)
      if reading.adopted != nil { good[name] = text }
    }
    for name in told.keys.sorted() where stage.files[name] == nil {
      told[name] = nil
      inputs.append(.released(environment: name))
    }
    return inputs
  }

  mutating func reading(_ draft: Draft) -> EnvironmentReading { reading(draft.name, draft.text) }

  private mutating func reading(_ name: String, _ text: String) -> EnvironmentReading {
    let source = SourceFile(name: "environments/\(name).yaml", contents: .success(Array(text.utf8)))
    let key = "\(name) \(source.digest)"
    if let known = readings[key] { return known }
    let reading = reader.read(source)
    readings[key] = reading
    return reading
  }
}
