/// A piece of an operator's file as written: nothing converted, and every piece knows its place.
///
/// Text stays text; what a value means is decided by whoever asks for it (`SpecNode+….swift`,
/// `MappingReader`), never by YAML, which reads `22:30` as 1350 and `on` as true.
public struct SpecNode: Hashable, Sendable {
  public var place: Place
  public var content: Content

  public indirect enum Content: Hashable, Sendable {
    /// A key with nothing behind it. The words `null` and `~` are text until somebody refuses them.
    case null
    case scalar(SpecScalar)
    case list([SpecNode])
    /// In the order of the file; no key occurs twice.
    case mapping([SpecEntry])
  }

  public init(place: Place, content: Content) {
    self.place = place
    self.content = content
  }

  /// What kind of thing this is, for messages: it never shows the value.
  public var kind: String {
    switch content {
    case .null: "nothing"
    case .scalar(let scalar) where scalar.style == .plain && PlainScalar(scalar.text).isInteger: "a number"
    case .scalar: "text"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// One value as written.
public struct SpecScalar: Hashable, Sendable {
  public enum Style: Hashable, Sendable {
    /// Without quotes: what YAML would feel free to convert.
    case plain
    /// In quotes, or a block of text: always text.
    case quoted
  }

  public var text: String
  public var style: Style

  public init(_ text: String, style: Style = .plain) {
    self.text = text
    self.style = style
  }
}

/// A key as written. Keys are always text.
public struct SpecKey: Hashable, Sendable {
  public var text: String
  public var place: Place

  public init(_ text: String, place: Place) {
    self.text = text
    self.place = place
  }
}

/// One key and its value.
public struct SpecEntry: Hashable, Sendable {
  public var key: SpecKey
  public var value: SpecNode

  public init(key: SpecKey, value: SpecNode) {
    self.key = key
    self.value = value
  }
}
