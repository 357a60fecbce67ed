import Calendar

/// As golden cases and `steward why --json` write facts: `name`, `publisher`, `about`, and the particulars as `value`.
extension Fact: Codable {
  private enum CodingKeys: CodingKey { case name, publisher, about, value }

  /// The particulars.
  public var value: JSON {
    switch content {
    case .secretVersions(let current, let previous):
      ["current": .integer(Int64(current)), "previous": .array(previous.map { .integer(Int64($0)) })]
    case .secretInUse(let version): .integer(Int64(version))
    case .closed(let until): until.map { .string("\($0)") } ?? .null
    case .uses(let now, let written, let hours):
      [
        "now": now.map { .integer(Int64($0)) } ?? .null, "written": .integer(Int64(written)),
        "open": .array(hours.windows.map { .string($0.description) }),
        "closed": .array(hours.closed.map { .string($0.description) }),
      ]
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(Name.self, forKey: .name)
    let value = try container.decodeIfPresent(JSON.self, forKey: .value) ?? .null
    guard let content = Content(name, value) else {
      throw DecodingError.dataCorruptedError(
        forKey: .value, in: container,
        debugDescription: "these are no particulars of \(name.rawValue): \(value)")
    }
    self.init(
      content, by: try container.decode(ResourceID.self, forKey: .publisher),
      about: try container.decode(String.self, forKey: .about))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(publisher, forKey: .publisher)
    try container.encode(about, forKey: .about)
    try container.encode(value, forKey: .value)
  }
}

extension Fact.Content {
  fileprivate init?(_ name: Fact.Name, _ value: JSON) {
    func texts(_ key: String) -> [String] { value[key].elements.compactMap(\.text) }
    switch name {
    case .secretVersions:
      guard let current = value["current"].int else { return nil }
      self = .secretVersions(
        current: Int(current), previous: value["previous"].elements.compactMap { $0.int.map(Int.init) })
    case .secretInUse:
      guard let version = value.int else { return nil }
      self = .secretInUse(Int(version))
    case .closed: self = .closed(until: value.text.flatMap(Instant.init(rfc3339:)))
    case .uses:
      guard let written = value["written"].int,
        let hours = try? Hours(open: texts("open"), closed: texts("closed"))
      else { return nil }
      self = .uses(now: value["now"].int.map(Int.init), written: Int(written), hours: hours)
    }
  }
}
