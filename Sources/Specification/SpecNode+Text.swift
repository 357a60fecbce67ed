extension SpecNode {
  /// Text. Without quotes it must be text to every YAML reader: `on`, `0755`, `22:30`, `1.10`, `true` and
  /// `20` are refused with what to write instead.
  public func text() throws(Misreading) -> String {
    let scalar = try scalar(wanted: "text")
    if scalar.style == .plain, let conversion = PlainScalar(scalar.text).conversionWithResult {
      throw Misreading(
        "YAML reads \(quoted(scalar.text)) as \(conversion); if the text is meant, write it in quotes: "
          + inQuotes(scalar.text), at: place)
    }
    guard !scalar.text.isEmpty else { throw Misreading("text is wanted, this is empty", at: place) }
    return scalar.text
  }

  /// Text where plain numbers, `true` and `false` stand for what they look like: arguments of a command and
  /// the values of variables. What YAML readers would print back differently (`022`, `on`, `1e3`, `12:30`)
  /// is refused unless it is in quotes. The message does not show the value, it may be a secret.
  public func literalText() throws(Misreading) -> String {
    let scalar = try scalar(wanted: "text")
    guard scalar.style == .plain, let conversion = PlainScalar(scalar.text).conversion else {
      return scalar.text
    }
    switch conversion {
    case .integer: return scalar.text
    case .bool where scalar.text == "true" || scalar.text == "false": return scalar.text
    default:
      let read = PlainScalar(scalar.text).conversionInWords ?? "something else"
      throw Misreading(
        "YAML reads this value as \(read); if the text is meant, write it in quotes", at: place)
    }
  }

  /// The text of a value whose form is checked by whoever parses it: a span, a range, a percentage, a
  /// recurrence. A plain decimal number is let through for the parser to judge (`2` is a range, and no
  /// percentage).
  ///
  /// - Parameter wanted: what is wanted, with an example, for messages: "a percentage such as `95%`".
  public func formatted(_ wanted: String) throws(Misreading) -> String {
    let scalar = try scalar(wanted: wanted)
    guard scalar.style == .plain, let conversion = PlainScalar(scalar.text).conversion else {
      return scalar.text
    }
    switch conversion {
    case .integer, .date: return scalar.text
    case .sixtieths, .fraction:
      let read = PlainScalar(scalar.text).conversionWithResult ?? ""
      throw Misreading(
        "YAML reads \(quoted(scalar.text)) as \(read); wanted is \(wanted). If it is one, write it in quotes: "
          + inQuotes(scalar.text), at: place)
    default:
      throw Misreading(
        "wanted is \(wanted); YAML reads \(quoted(scalar.text)) as "
          + (PlainScalar(scalar.text).conversionWithResult ?? ""), at: place)
    }
  }

  /// One of a few words. `off` or `none` may be among them without quotes: no word here is ever converted.
  public func choice(of words: [String]) throws(Misreading) -> String {
    let list = words.map { "`\($0)`" }.joined(separator: ", ")
    let scalar = try scalar(wanted: "one of \(list)")
    guard words.contains(scalar.text) else {
      let meant = NearestName.suggestion(for: scalar.text, among: words)
      throw Misreading("\(quoted(scalar.text)) is none of \(list)\(meant)", at: place)
    }
    return scalar.text
  }

  /// A name that other places refer to, as instances, secrets and roles have one.
  public func name() throws(Misreading) -> String {
    try EntryName.check(try text(), at: place)
  }

  /// A whole command: a list of words that begins with an absolute path. It is run as written, without a
  /// shell.
  public func command() throws(Misreading) -> [String] {
    let wanted = "a list that begins with an absolute path, such as [/srv/web/bin/web, --port, \"8080\"]"
    guard case .list(let nodes) = content else {
      throw Misreading("a command is \(wanted); this is \(kind)", at: place)
    }
    var words: [String] = []
    for node in nodes { words.append(try node.literalText()) }
    guard let program = words.first else {
      throw Misreading("a command is \(wanted); this is empty", at: place)
    }
    guard program.hasPrefix("/") else {
      throw Misreading(
        "a command begins with an absolute path, \(quoted(program)) is none", at: nodes[0].place)
    }
    guard program.utf8.count < Self.pathBytesMax else {
      throw Misreading("this is no program's path: it is longer than any can be", at: nodes[0].place)
    }
    return words
  }

  /// An absolute path without `.` and `..`, without a slash at its end.
  public func absolutePath() throws(Misreading) -> String {
    let path = try text()
    guard path.hasPrefix("/") else {
      throw Misreading("an absolute path is wanted, \(quoted(path)) does not begin with /", at: place)
    }
    guard path.utf8.count < Self.pathBytesMax, !path.utf8.contains(where: { $0 < 0x20 }) else {
      throw Misreading("this is no path: it is too long or has control characters", at: place)
    }
    let parts = path.split(separator: "/")
    guard !parts.contains("."), !parts.contains("..") else {
      throw Misreading("a path without `.` and `..` is wanted, not \(quoted(path))", at: place)
    }
    return "/" + parts.joined(separator: "/")
  }

  /// Linux's PATH_MAX.
  static let pathBytesMax = 4096

  func scalar(wanted: String) throws(Misreading) -> SpecScalar {
    if case .scalar(let scalar) = content { return scalar }
    throw Misreading("\(wanted) is wanted, not \(kind)", at: place)
  }

  private func inQuotes(_ text: String) -> String { "\"\(quoted(text).dropFirst().dropLast())\"" }
}
