/// A piece of an operator's file as written: nothing converted, and every piece knows its place.
///
/// Text stays text; what a value means is decided by whoever asks for it (`SpecNode+….swift`,
/// `MappingReader`), never by YAML, which reads `22:30` as 1350 and `on` as true.
public struct SpecNode: Hashable, Sendable {
  /// Where it begins.
  public var place: Place
  /// What it is.
  public var content: Content

  /// What a piece can be.
  public indirect enum Content: Hashable, Sendable {
    /// A key with nothing behind it. The words `null` and `~` are text until somebody refuses them.
    case null
    case scalar(SpecScalar)
    case list([SpecNode])
    /// In the order of the file; no key occurs twice.
    case mapping([SpecEntry])
  }

  /// A piece at a place.
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
  /// How a value is written.
  public enum Style: Hashable, Sendable {
    /// Without quotes: what YAML would feel free to convert.
    case plain
    /// In quotes, or a block of text: always text.
    case quoted
  }

  /// The text itself.
  public var text: String
  /// How it is written.
  public var style: Style

  /// A value as written.
  public init(_ text: String, style: Style = .plain) {
    self.text = text
    self.style = style
  }
}

/// A key as written. Keys are always text.
public struct SpecKey: Hashable, Sendable {
  /// The text itself.
  public var text: String
  /// Where it begins.
  public var place: Place

  /// A key as written.
  public init(_ text: String, place: Place) {
    self.text = text
    self.place = place
  }
}

/// One key and its value.
public struct SpecEntry: Hashable, Sendable {
  /// The key.
  public var key: SpecKey
  /// What stands behind it.
  public var value: SpecNode

  /// A key with its value.
  public init(key: SpecKey, value: SpecNode) {
    self.key = key
    self.value = value
  }
}
