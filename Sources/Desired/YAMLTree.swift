import Specification

/// Builds the tree of a file from its events, within limits, without any of YAML's conversions and
/// references.
struct YAMLTree {
  private let file: String
  private let mistakes: Mistakes
  private let events: YAMLEvents
  private var nodes = 0

  /// The tree of a file's bytes, or nil when a mistake was recorded. Mistakes of form that do not hide the
  /// structure (anchors, tags, duplicate keys) are recorded all at once; the first one that does hide it ends
  /// the reading.
  static func read(_ bytes: [UInt8], file: String, mistakes: Mistakes) -> SpecNode? {
    let before = mistakes.count
    guard let text = SourceText.check(bytes, file: file, mistakes: mistakes) else { return nil }
    var tree = YAMLTree(file: file, mistakes: mistakes, events: YAMLEvents(text))
    do {
      let root = try tree.document()
      return mistakes.count == before ? root : nil
    } catch let error as YAMLSyntaxError {
      mistakes.add(error.words, at: error.place(in: file))
    } catch let error as Misreading {
      mistakes.add(error.message, at: error.place)
    } catch {
      mistakes.add("\(error)", at: Place(file: file))
    }
    return nil
  }

  private init(file: String, mistakes: Mistakes, events: YAMLEvents) {
    self.file = file
    self.mistakes = mistakes
    self.events = events
  }

  private mutating func document() throws -> SpecNode? {
    _ = try events.next()
    let start = try events.next()
    guard case .documentStart(let directives) = start.kind else {
      throw Misreading("the file is empty", at: Place(file: file))
    }
    if directives {
      mistakes.add("`%` begins a directive of YAML, which is not used here", at: place(of: start))
    }
    let root = try node(from: try events.next(), depth: 1)
    _ = try events.next()
    let end = try events.next()
    if case .streamEnd = end.kind { return root }
    throw Misreading(
      "a second document begins here: a file holds one, without `---` inside", at: place(of: end))
  }

  private mutating func node(from event: YAMLEvent, depth: Int) throws -> SpecNode {
    let place = place(of: event)
    nodes += 1
    guard nodes <= SourceLimits.nodesMax else {
      throw Misreading(
        "more than \(SourceLimits.nodesMax) keys and values; no environment needs as many", at: place)
    }
    guard depth <= SourceLimits.depthMax else {
      throw Misreading("more than \(SourceLimits.depthMax) levels of keys within keys", at: place)
    }
    if event.hasAnchor {
      mistakes.add(
        "`&` names a value for use elsewhere (an anchor); here everything is written where it holds. "
          + Self.quotesFor("&"), at: place)
    }
    if event.hasTag {
      mistakes.add(
        "`!` gives a value a type (a tag); here the key says what is wanted. "
          + Self.quotesFor("!"), at: place)
    }
    switch event.kind {
    case .alias:
      mistakes.add(
        "`*` repeats a value from elsewhere (an alias); here everything is written where it holds. "
          + Self.quotesFor("*"), at: place)
      return SpecNode(place: place, content: .null)
    case .scalar(let text, let plain):
      return SpecNode(place: place, content: try scalar(text, plain: plain, at: place))
    case .listStart:
      return SpecNode(place: place, content: .list(try elements(depth: depth)))
    case .mappingStart:
      return SpecNode(place: place, content: .mapping(try entries(depth: depth)))
    case .streamStart, .streamEnd, .documentStart, .documentEnd, .listEnd, .mappingEnd:
      throw Misreading("a value was expected here", at: place)
    }
  }

  private static func quotesFor(_ sign: String) -> String {
    "Text that begins with `\(sign)` is written in quotes"
  }

  private func scalar(_ text: String, plain: Bool, at place: Place) throws -> SpecNode.Content {
    guard !text.utf8.contains(0) else {
      throw Misreading(
        "`\\0` in quotes is a NUL, which no file name, argument or variable can hold", at: place)
    }
    if plain, text.isEmpty { return .null }
    return .scalar(SpecScalar(text, style: plain ? .plain : .quoted))
  }

  private mutating func elements(depth: Int) throws -> [SpecNode] {
    var elements: [SpecNode] = []
    while true {
      let event = try events.next()
      if case .listEnd = event.kind { return elements }
      elements.append(try node(from: event, depth: depth + 1))
    }
  }

  private mutating func entries(depth: Int) throws -> [SpecEntry] {
    var entries: [SpecEntry] = []
    var places: [String: Place] = [:]
    while true {
      let event = try events.next()
      if case .mappingEnd = event.kind { return entries }
      let key = try key(from: event, depth: depth)
      let value = try node(from: try events.next(), depth: depth + 1)
      guard let key else { continue }
      if let first = places[key.text] {
        mistakes.add("\(shown(key.text)) is written twice, first in line \(first.line)", at: key.place)
      } else {
        places[key.text] = key.place
        entries.append(SpecEntry(key: key, value: value))
      }
    }
  }

  private mutating func key(from event: YAMLEvent, depth: Int) throws -> SpecKey? {
    let node = try node(from: event, depth: depth + 1)
    switch node.content {
    case .scalar(let scalar) where scalar.text == "<<" && scalar.style == .plain:
      mistakes.add(
        "`<<` merges keys from elsewhere; here everything is written where it holds", at: node.place)
    case .scalar(let scalar) where !scalar.text.isEmpty:
      return SpecKey(scalar.text, place: node.place)
    case .null, .scalar:
      if case .alias = event.kind { break }
      mistakes.add("a key is missing before this `:`", at: node.place)
    case .list, .mapping:
      mistakes.add(
        "a key is one word or a few, not \(node.kind); text that begins with [ or { is written in quotes",
        at: node.place)
    }
    return nil
  }

  private func place(of event: YAMLEvent) -> Place {
    Place(file: file, line: event.line, column: event.column)
  }

  private func shown(_ key: String) -> String { key.count <= 60 ? "`\(key)`" : "`\(key.prefix(60))…`" }
}
