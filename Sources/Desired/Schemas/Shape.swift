import Calendar
import Specification

/// What may stand behind a key: enough to read a section strictly before anybody keeps it.
indirect enum Shape: Sendable {
  /// One value; the conversion records what it does not like.
  case leaf(@Sendable (SpecNode) throws(Misreading) -> Void)
  /// A list of one shape.
  case list(Shape)
  /// Just these keys.
  case keys(KeyValuePairs<String, Shape>)
  /// Names that the operator chooses, each with the same shape behind it.
  case named(Shape)
  /// A key that must be there.
  case required(Shape)

  /// Records everything that is wrong behind a key.
  func check(_ key: String, of reader: MappingReader, _ presence: MappingReader.Presence = .optional) {
    switch self {
    case .required(let shape): shape.check(key, of: reader, .required)
    case .leaf(let read): _ = reader.value(key, presence, as: read)
    case .list(.leaf(let read)): _ = reader.list(key, presence, of: read)
    case .list(let element):
      for (index, node) in (reader.nodes(key, presence) ?? []).enumerated() {
        element.check(whole: node, path: "\(reader.path(to: key))/\(index + 1)", mistakes: reader.mistakes)
      }
    case .keys, .named:
      guard let node = reader.node(key, presence) else { return }
      check(whole: node, path: reader.path(to: key), mistakes: reader.mistakes)
    }
  }

  private func check(whole node: SpecNode, path: String, mistakes: Mistakes) {
    let reader = MappingReader(node, path: path, mistakes: mistakes)
    switch self {
    case .keys(let shapes): for (key, shape) in shapes { shape.check(key, of: reader) }
    case .named(let shape): for name in reader.names() { shape.check(name.text, of: reader) }
    case .required, .leaf, .list: return
    }
    reader.close()
  }
}

extension Shape {
  static let text = leaf { node throws(Misreading) in _ = try node.text() }
  static let name = leaf { node throws(Misreading) in _ = try node.name() }
  static let bool = leaf { node throws(Misreading) in _ = try node.bool() }
  static let percent = leaf { node throws(Misreading) in _ = try node.percent() }
  static let rate = leaf { node throws(Misreading) in _ = try node.ratePerSecond() }
  static let span = leaf { node throws(Misreading) in _ = try node.span() }
  static let duration = leaf { node throws(Misreading) in _ = try node.duration() }
  static let dates = leaf { node throws(Misreading) in _ = try node.closedDates() }
  static let path = leaf { node throws(Misreading) in _ = try node.absolutePath() }
  static let texts = list(text)
  static let names = list(name)

  static func choice(_ words: String...) -> Shape {
    leaf { node throws(Misreading) in _ = try node.choice(of: words) }
  }

  static func integer(_ range: ClosedRange<Int>) -> Shape {
    leaf { node throws(Misreading) in _ = try node.integer(in: range) }
  }

  static func range(_ bounds: ClosedRange<Int>) -> Shape {
    leaf { node throws(Misreading) in _ = try node.range(in: bounds) }
  }
}
