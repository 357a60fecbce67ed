/// Why the unit of an instance cannot be started, whoever tries.
public struct Hindrance: Sendable, Hashable, Codable {
  /// What is the matter with the unit's file.
  public enum Kind: String, Sendable, Codable {
    /// There is none.
    case missing
    /// It was masked, which somebody did on purpose.
    case masked
    /// systemd cannot read it.
    case broken
  }

  /// Which instance.
  public var index: Int
  /// Which unit: `web@1.service`.
  public var unit: String
  /// What is the matter.
  public var kind: Kind
  /// What systemd says; nil where the kind says it all.
  public var words: String?

  /// A unit that cannot be started.
  public init(index: Int, unit: String, kind: Kind, words: String? = nil) {
    self.index = index
    self.unit = unit
    self.kind = kind
    self.words = words
  }
}
