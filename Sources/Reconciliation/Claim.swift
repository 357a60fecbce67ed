/// What only one resource of all environments may have, such as a file that is written or an account: two would undo each
/// other's work, at each look anew.
public struct Claim: Sendable, Hashable {
  /// What it is, as whoever wants the same says it too: `/srv/web.env`, `web in db1:5432`.
  public let thing: String
  /// The key by which the resource wants it.
  public let key: String
  /// What one writes instead, for people: `give each secret a file of its own`.
  public let instead: String

  /// A claim of `thing`.
  public init(_ thing: String, by key: String, instead: String) {
    self.thing = thing
    self.key = key
    self.instead = instead
  }
}
