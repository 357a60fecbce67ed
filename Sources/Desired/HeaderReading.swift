import Calendar
import Reconciliation
import Specification

/// Reads the keys of an environment file that are about the environment as a whole.
struct HeaderReading {
  /// Nil where a key without which no header makes sense is missing or wrong.
  let header: EnvironmentHeader?

  init(_ reader: MappingReader, stem: String, zones: ZoneDatabase) {
    let name = reader.value("environment", .required) { node throws(Misreading) in try node.name() }
    if let name, name != stem {
      reader.refuse(
        "environment", "`environment` says `\(name)`, but the file is named \(stem).yaml: they must agree")
    }
    let purpose = reader.text("purpose")
    let users = reader.strings("users")
    let data = reader.choice("data", EnvironmentHeader.DataKind.self, .required)
    let load = reader.ratePerSecond("load")
    let uptime = reader.value("uptime") { node throws(Misreading) in try node.percentOrNone() }
    let region = reader.text("region")
    let zone = reader.zone("timezone", zones: zones, .required)
    let deployment = reader.text("deployment")
    let window = reader.has("change window") ? reader.hours(open: "change window") : nil
    let guarded = Self.guarding(reader)
    let access = Self.access(reader)
    guard let name, let zone, let data else {
      header = nil
      return
    }
    var header = EnvironmentHeader(name: name, zone: zone, zones: zones)
    header.purpose = purpose ?? ""
    header.users = users ?? []
    header.data = data
    header.requestsPerSecond = load.map(Double.init)
    header.uptime = uptime.flatMap { $0?.fraction }
    header.region = region
    header.deployment = deployment
    header.changeWindow = window
    header.guard = guarded
    header.access = access
    header.places = Dictionary(
      reader.keys.map { ($0.text, $0.place) }, uniquingKeysWith: { first, _ in first })
    self.header = header
  }

  private static func guarding(_ reader: MappingReader) -> Guard {
    guard let section = reader.mapping("guard") else { return .default }
    let disruptive = section.value("disruptive") { node throws(Misreading) in try node.requirement() }
    let destructive = section.value("destructive") { node throws(Misreading) in try node.requirement() }
    for (key, requirement) in [("disruptive", disruptive), ("destructive", destructive)] {
      if requirement == .window, reader.node("change window") == nil {
        section.refuse(
          key, "`\(key)` waits for the window, but `change window` is missing: it would wait for ever")
      }
    }
    section.close()
    return Guard(
      disruptive: disruptive ?? Guard.default.disruptive,
      destructive: destructive ?? Guard.default.destructive)
  }

  private static func access(_ reader: MappingReader) -> [Permission: Set<String>] {
    guard let section = reader.mapping("access") else { return [:] }
    var access: [Permission: Set<String>] = [:]
    for permission in Permission.allCases {
      if let roles = section.names(permission.rawValue) { access[permission] = Set(roles) }
    }
    section.close()
    return access
  }
}

extension SpecNode {
  /// `none`, `window`, or `N ROLE`.
  func requirement() throws(Misreading) -> Requirement {
    let wanted =
      "`none`, `window`, or a number of approvals and the role that gives them, such as `1 release-engineer`"
    let text = try formatted(wanted)
    switch text {
    case "none": return .nothing
    case "window": return .window
    default: break
    }
    let parts = text.split(separator: " ").map(String.init)
    guard parts.count == 2, let count = Int(parts[0]), approvals.contains(count), EntryName.isValid(parts[1])
    else {
      throw Misreading("wanted is \(wanted)", at: place)
    }
    return .approvals(count, role: parts[1])
  }

  /// More would stop every change: no team here has ten people awake at once.
  private var approvals: ClosedRange<Int> { 1...10 }

  /// `99.9%`, or `none` where nothing is promised.
  func percentOrNone() throws(Misreading) -> Percentage? {
    if case .scalar(let scalar) = content, scalar.text == "none" { return nil }
    return try percent()
  }
}
