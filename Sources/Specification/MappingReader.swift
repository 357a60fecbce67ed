/// Reads the keys of one mapping strictly: it records mistakes instead of throwing, remembers which keys were
/// asked for, and at `close()` reports those that nobody knows.
///
///     let web = MappingReader(node, path: "instances/web", mistakes: mistakes)
///     let run = web.command("run", .required)
///     let port = web.integer("port", in: 1...65535)
///     web.close()
///
/// An accessor returns nil when the key is absent or its value was refused; `mistakes.hasErrors` tells the
/// two apart. Accessors live in `MappingReader+….swift`, what they accept in `SpecNode+….swift`.
public final class MappingReader {
  /// Whether the absence of a key is a mistake.
  public enum Presence: Sendable {
    case optional, required
  }

  /// Where the mapping begins.
  public let place: Place
  /// The names that lead to it, for messages: `instances/web`; empty for a whole file.
  public let path: String
  /// Where mistakes go.
  public let mistakes: Mistakes

  private let entries: [SpecEntry]
  private let isMapping: Bool
  private var values: [String: Int] = [:]
  private var known: [String] = []
  private var isKnown: Set<String> = []
  private var missing: [String] = []

  /// Anything but a mapping is recorded as one mistake; every accessor then returns nil and adds no other.
  /// Nothing at all (`web:`) is read as a mapping without keys.
  public init(_ node: SpecNode, path: String, mistakes: Mistakes) {
    place = node.place
    self.path = path
    self.mistakes = mistakes
    switch node.content {
    case .mapping(let found): (entries, isMapping) = (found, true)
    case .null: (entries, isMapping) = ([], true)
    case .scalar, .list:
      (entries, isMapping) = ([], false)
      mistakes.add(
        "\(path.isEmpty ? "the file" : path) must be a mapping of keys, not \(node.kind)", at: node.place)
    }
    for (index, entry) in entries.enumerated() { values[entry.key.text] = index }
  }

  /// Reads a mapping and closes it.
  public static func read<Value>(
    _ node: SpecNode, path: String, mistakes: Mistakes, _ body: (MappingReader) -> Value
  ) -> Value {
    let reader = MappingReader(node, path: path, mistakes: mistakes)
    defer { reader.close() }
    return body(reader)
  }

  /// All keys as written, in the order of the file.
  public var keys: [SpecKey] { entries.map(\.key) }

  /// The value of a key as written; the key counts as known from now on.
  public func node(_ key: String, _ presence: Presence = .optional) -> SpecNode? {
    if isKnown.insert(key).inserted { known.append(key) }
    if let index = values[key] { return entries[index].value }
    if presence == .required, isMapping, !missing.contains(key) { missing.append(key) }
    return nil
  }

  /// Whether a key was written; it counts as known from now on.
  public func has(_ key: String) -> Bool { node(key) != nil }

  /// Where a key's value stands, or where the mapping begins when it has none.
  public func place(of key: String) -> Place {
    values[key].map { entries[$0].value.place } ?? place
  }

  /// Where a key itself stands, or where the mapping begins when it was not written.
  public func keyPlace(of key: String) -> Place {
    values[key].map { entries[$0].key.place } ?? place
  }

  /// Records a mistake at a key's value.
  public func refuse(_ key: String, _ message: String) {
    mistakes.add(message, at: place(of: key))
  }

  /// A value read by a conversion of the caller's; what it throws is recorded behind the key's name.
  public func value<Value>(
    _ key: String, _ presence: Presence = .optional, as convert: (SpecNode) throws(Misreading) -> Value
  ) -> Value? {
    guard let node = node(key, presence) else { return nil }
    return recording(key) { () throws(Misreading) in try convert(node) }
  }

  /// A list, each element read by a conversion; every bad element is recorded, and one is enough for nil.
  public func list<Value>(
    _ key: String, _ presence: Presence = .optional, of convert: (SpecNode) throws(Misreading) -> Value
  ) -> [Value]? {
    guard let nodes = nodes(key, presence) else { return nil }
    let read = nodes.map { node in recording(key) { () throws(Misreading) in try convert(node) } }
    return read.contains { $0 == nil } ? nil : read.compactMap { $0 }
  }

  /// The name of a thing inside this mapping, for messages.
  public func path(to name: String) -> String { path.isEmpty ? name : "\(path)/\(name)" }

  /// Says that every key was asked for: those that were not are unknown. Call it once, last.
  ///
  /// A required key whose misspelling was found is not reported as missing too.
  public func close() {
    var meant: Set<String> = []
    for entry in entries where !isKnown.contains(entry.key.text) {
      let unknown = "unknown key \(quoted(entry.key.text))\(inside)"
      if mistakes.isCrowded {
        mistakes.add(unknown, at: entry.key.place)
      } else if let near = meantKey(entry.key.text) {
        meant.insert(near)
        mistakes.add("\(unknown), did you mean `\(near)`?", at: entry.key.place)
      } else {
        let list = known.map { "`\($0)`" }.joined(separator: ", ")
        mistakes.add(known.isEmpty ? unknown : "\(unknown); known are \(list)", at: entry.key.place)
      }
    }
    for key in missing where !meant.contains(key) {
      mistakes.add("`\(key)` is missing\(inside)", at: place)
    }
    missing = []
    knowAll()
  }

  /// A key that is still free is rather meant than one that is there already.
  private func meantKey(_ written: String) -> String? {
    NearestName.of(written, among: known.filter { values[$0] == nil })
      ?? NearestName.of(written, among: known)
  }

  private var inside: String { path.isEmpty ? "" : " in \(path)" }

  /// Every key is a name that the operator chose: all of them count as known.
  func knowAll() {
    known = entries.map(\.key.text)
    isKnown = Set(known)
  }

  func recording<Value>(_ key: String, _ read: () throws(Misreading) -> Value) -> Value? {
    do throws(Misreading) {
      return try read()
    } catch {
      mistakes.add("`\(key)`: \(error.message)", at: error.place)
      return nil
    }
  }
}
