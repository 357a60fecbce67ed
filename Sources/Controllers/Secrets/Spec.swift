public import Calendar

/// What the operator wrote of one secret.
public struct SecretSpec: Sendable, Hashable {
  /// `kind:`.
  public var kind: SecretKind
  /// `every:`, how long a value lives; nil for a fixed one, which does not age.
  public var every: TimeSpan?
  /// `overlap:`, how long the value before works on after a rotation.
  public var overlap: TimeSpan
  /// `length:` in characters, from the next version on: a value in use does not change because this did.
  public var length: Int
  /// `file:`, an env file that holds the value for programs that steward does not start.
  public var file: String?
  /// `rotate:`, the command that makes the other end take a new value. It must be idempotent: after a crash
  /// it may be run again with the same value.
  public var rotate: [String]?
  /// `test:`, the command that exits with 0 if, and only if, the value on its standard input works.
  public var test: [String]?
  /// `in:`, the server that knows the value, as `database/main`.
  public var server: String?
  /// `role:`, the account in that server.
  public var role: String?
  /// The account whose password steward sets by itself: where `role` is written, the server's entry says where it is, and no
  /// `rotate` does it.
  var account: ServerAccount?
  /// `value:` of a fixed secret.
  public var value: WrittenSecret?
  /// The environment's zone, by whose calendar months of an overlap are counted.
  public var zone: Zone

  /// Whether a new value can come into force. One that a server knows and nobody sets there would lock its
  /// users out.
  public var canRotate: Bool { kind != .fixed && (server == nil || rotate != nil || account != nil) }
}
