/// What only one entry of a section may have, such as an account or a file, and who has it: two entries would undo each other's
/// work, at each look anew.
public struct Owners<Thing: Hashable> {
  private var names: [Thing: SpecKey] = [:]

  /// Nothing is anybody's.
  public init() {}

  /// Gives `thing` to an entry, unless one before it has it.
  /// - Returns: that one, as a message names it: `` `web` (staging.yaml:12:3) ``; nil where there is none.
  public mutating func claim(_ thing: Thing, for entry: NamedNode) -> String? {
    let owner = names[thing, default: entry.name]
    names[thing] = owner
    return owner == entry.name ? nil : "`\(owner.text)` (\(owner.place))"
  }
}
