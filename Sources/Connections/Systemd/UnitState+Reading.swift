import Calendar
import Host

extension UnitState {
  /// The properties that are asked for.
  static let properties = [
    "Id", "LoadState", "LoadError", "ActiveState", "SubState", "Result", "InvocationID", "MainPID",
    "NRestarts",
    "ExecMainCode", "ExecMainStatus", "ExecMainStartTimestamp", "ExecMainStartTimestampMonotonic",
    "ExecMainExitTimestamp", "ActiveEnterTimestamp", "CPUUsageNSec", "MemoryCurrent", "TasksCurrent",
    "NeedDaemonReload",
  ]

  /// Reads what `systemctl show --timestamp=us+utc` prints: a block of `NAME=value` for each unit, and an empty line
  /// between two. A unit that stands there twice is read once.
  static func all(in text: String) -> [UnitState] {
    var known: Set<String> = []
    return text.split(separator: "\n\n").compactMap { block in
      var values: [Substring: Substring] = [:]
      for line in block.split(separator: "\n") {
        guard let equals = line.firstIndex(of: "=") else { continue }
        values[line[..<equals]] = line[line.index(after: equals)...]
      }
      guard let state = UnitState(values), known.insert(state.name).inserted else { return nil }
      return state
    }
  }

  private init?(_ values: [Substring: Substring]) {
    guard let name = values["Id"], !name.isEmpty, let load = values["LoadState"],
      let active = values["ActiveState"]
    else { return nil }
    self.init(name: String(name))
    self.load = Self.load(load, error: values["LoadError"] ?? "")
    activity = Activity(rawValue: String(active)) ?? .other
    phase = values["SubState"].map(String.init) ?? ""
    result = values["Result"].map(String.init) ?? ""
    invocation = values["InvocationID"].map(String.init) ?? ""
    mainProcess = values["MainPID"].flatMap { Int32($0) } ?? 0
    startMicroseconds = values["ExecMainStartTimestampMonotonic"].flatMap { UInt64($0) } ?? 0
    startedAt = Self.moment(values["ExecMainStartTimestamp"])
    activeAt = Self.moment(values["ActiveEnterTimestamp"])
    endedAt = Self.moment(values["ExecMainExitTimestamp"])
    if endedAt != nil { end = Self.end(values["ExecMainCode"], values["ExecMainStatus"]) }
    restarts = values["NRestarts"].flatMap { Int($0) } ?? 0
    processorMicroseconds = Self.count(values["CPUUsageNSec"]).map { $0 / 1000 }
    memoryBytes = Self.count(values["MemoryCurrent"])
    tasks = Self.count(values["TasksCurrent"]).map(Int.init)
    isStale = values["NeedDaemonReload"] == "yes"
  }

  private static func load(_ word: Substring, error: Substring) -> Load {
    switch word {
    case "loaded", "merged": return .loaded
    case "not-found": return .missing
    case "masked": return .masked
    default:
      // `org.freedesktop… "Unit web@1.service has a bad unit file setting."`
      let words = error.split(separator: "\"", maxSplits: 1).last.map { $0.prefix { $0 != "\"" } } ?? word
      return .broken(words.isEmpty ? String(word) : String(words))
    }
  }

  /// `Tue 2026-11-24 16:38:39.123456 UTC`.
  private static func moment(_ text: Substring?) -> Instant? {
    guard let parts = text?.split(separator: " "), parts.count == 4 else { return nil }
    return Instant(rfc3339: "\(parts[1])T\(parts[2])Z")
  }

  /// `[not set]` where it is not counted; the largest number where that is said by it.
  private static func count(_ text: Substring?) -> Int64? {
    text.flatMap { UInt64($0) }.flatMap { $0 == .max ? nil : Int64(exactly: $0) }
  }

  // CLD_EXITED, CLD_KILLED, CLD_DUMPED (sigaction(2)).
  private static func end(_ code: Substring?, _ status: Substring?) -> ProcessEnd? {
    guard let status = status.flatMap({ Int32($0) }) else { return nil }
    switch code.flatMap({ Int32($0) }) {
    case 1: return .exited(status)
    case 2, 3: return .signaled(ProcessSignal(rawValue: status))
    default: return nil
    }
  }
}
