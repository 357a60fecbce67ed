extension MappingReader {
  /// Text; see `SpecNode.text()` for what is refused.
  public func text(_ key: String, _ presence: Presence = .optional) -> String? {
    value(key, presence) { node throws(Misreading) in try node.text() }
  }

  /// A name that other places refer to.
  public func name(_ key: String, _ presence: Presence = .optional) -> String? {
    value(key, presence) { node throws(Misreading) in try node.name() }
  }

  /// One of a few words.
  public func choice(_ key: String, of words: [String], _ presence: Presence = .optional) -> String? {
    value(key, presence) { node throws(Misreading) in try node.choice(of: words) }
  }

  /// One of an enumeration's raw values.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Choice.Type, _ presence: Presence = .optional
  ) -> Choice? where Choice.RawValue == String {
    choice(key, of: type.allCases.map(\.rawValue), presence).flatMap(Choice.init(rawValue:))
  }

  /// A list of words that begins with an absolute path.
  public func command(_ key: String, _ presence: Presence = .optional) -> [String]? {
    value(key, presence) { node throws(Misreading) in try node.command() }
  }

  /// An absolute path.
  public func path(_ key: String, _ presence: Presence = .optional) -> String? {
    value(key, presence) { node throws(Misreading) in try node.absolutePath() }
  }

  /// A list of texts.
  public func strings(_ key: String, _ presence: Presence = .optional) -> [String]? {
    list(key, presence) { node throws(Misreading) in try node.text() }
  }

  /// A list of names, each once.
  public func names(_ key: String, _ presence: Presence = .optional) -> [String]? {
    guard let names = list(key, presence, of: { node throws(Misreading) in try node.name() }) else {
      return nil
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted { refuse(key, "`\(key)`: `\(name)` is there twice") }
    return seen.count == names.count ? names : nil
  }

  /// A whole number.
  public func integer(_ key: String, in range: ClosedRange<Int>, _ presence: Presence = .optional) -> Int? {
    value(key, presence) { node throws(Misreading) in try node.integer(in: range) }
  }

  /// `2..3` or `2`.
  public func range(
    _ key: String, in bounds: ClosedRange<Int>, _ presence: Presence = .optional
  ) -> ClosedRange<Int>? {
    value(key, presence) { node throws(Misreading) in try node.range(in: bounds) }
  }

  /// A size with its unit.
  public func bytes(_ key: String, _ presence: Presence = .optional) -> ByteCount? {
    value(key, presence) { node throws(Misreading) in try node.bytes() }
  }

  /// A percentage from 0 to 100.
  public func percent(_ key: String, _ presence: Presence = .optional) -> Percentage? {
    value(key, presence) { node throws(Misreading) in try node.percent() }
  }

  /// `1000 rps`, in requests per second.
  public func ratePerSecond(_ key: String, _ presence: Presence = .optional) -> Int? {
    value(key, presence) { node throws(Misreading) in try node.ratePerSecond() }
  }
}
