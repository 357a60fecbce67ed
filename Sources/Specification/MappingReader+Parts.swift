/// A thing with a name that the operator chose, and what was written about it.
public struct NamedNode: Hashable, Sendable {
  /// The name.
  public var name: SpecKey
  /// What stands behind it.
  public var node: SpecNode

  /// A named piece.
  public init(name: SpecKey, node: SpecNode) {
    self.name = name
    self.node = node
  }
}

extension MappingReader {
  /// A mapping inside this one; the caller closes it.
  public func mapping(_ key: String, _ presence: Presence = .optional) -> MappingReader? {
    node(key, presence).map { MappingReader($0, path: path(to: key), mistakes: mistakes) }
  }

  /// A list of anything.
  public func nodes(_ key: String, _ presence: Presence = .optional) -> [SpecNode]? {
    guard let node = node(key, presence) else { return nil }
    guard case .list(let nodes) = node.content else {
      refuse(key, "`\(key)` must be a list, such as [one, two], not \(node.kind)")
      return nil
    }
    return nodes
  }

  /// The named things of a mapping inside this one: `instances: {web: …, worker: …}`.
  public func entries(_ key: String, _ presence: Presence = .optional) -> [NamedNode]? {
    node(key, presence).map { Self.entries(of: $0, path: path(to: key), mistakes: mistakes) }
  }

  /// The named things of a mapping, a whole section for example. Names that are none are recorded and left
  /// out.
  public static func entries(of node: SpecNode, path: String, mistakes: Mistakes) -> [NamedNode] {
    let reader = MappingReader(node, path: path, mistakes: mistakes)
    return reader.names().compactMap { key in
      reader.node(key.text).map { NamedNode(name: key, node: $0) }
    }
  }

  /// The keys of this mapping where they are names that the operator chose: all of them count as known. Those
  /// that are no names are recorded and left out.
  public func names() -> [SpecKey] {
    knowAll()
    return keys.filter { key in
      recording(path) { () throws(Misreading) in try EntryName.check(key.text, at: key.place) } != nil
    }
  }

  /// Names and literal texts, as variables are: plain numbers, `true` and `30s` stand for what they look
  /// like.
  public func variables(_ key: String, _ presence: Presence = .optional) -> [String: String]? {
    guard let entries = entries(key, presence) else { return nil }
    var variables: [String: String] = [:]
    for entry in entries {
      variables[entry.name.text] = recording(entry.name.text) { () throws(Misreading) in
        try entry.node.literalText()
      }
    }
    return variables
  }
}
