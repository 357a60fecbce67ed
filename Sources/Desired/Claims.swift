import Reconciliation
import Specification

/// Who has what only one resource of all environments may have.
///
/// Whoever has something keeps it: an environment in force does not lose it to one that comes later, which is refused until
/// the thing is free.
struct Claims: Sendable {
  /// A claim, and whose it is.
  struct Holding: Sendable, Hashable {
    let claim: Claim
    let owner: ResourceID
    /// Where the owner is written.
    let place: Place
    /// Where the key of the claim is.
    let keyPlace: Place

    static func == (left: Holding, right: Holding) -> Bool {
      left.claim == right.claim && left.owner == right.owner
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(claim.thing)
      hasher.combine(owner)
    }
  }

  /// By thing.
  private var holdings: [String: Set<Holding>] = [:]
  /// Of each folder, what lies below it: what an edit costs does not depend on how many others there are.
  private var below: [String: Set<Holding>] = [:]
  /// What each environment has.
  private var held: [String: [Holding]] = [:]

  /// An environment has what its file claims, and nothing else any more.
  mutating func adopt(_ reading: EnvironmentReading) {
    release(reading.environment)
    held[reading.environment] = reading.holdings
    for holding in reading.holdings { insert(holding) }
  }

  /// An environment has nothing any more.
  mutating func release(_ environment: String) {
    for holding in held.removeValue(forKey: environment) ?? [] {
      Claims.remove(holding, from: holding.claim.thing, of: &holdings)
      for folder in Claims.folders(above: holding.claim.thing) {
        Claims.remove(holding, from: folder, of: &below)
      }
    }
  }

  private mutating func insert(_ holding: Holding) {
    holdings[holding.claim.thing, default: []].insert(holding)
    for folder in Claims.folders(above: holding.claim.thing) { below[folder, default: []].insert(holding) }
  }

  private static func remove(_ holding: Holding, from key: String, of index: inout [String: Set<Holding>]) {
    index[key]?.remove(holding)
    if index[key]?.isEmpty == true { index[key] = nil }
  }

  /// Of `/srv/logs/web` these are `/srv/logs` and `/srv`; / is nobody's. Nothing else than a path has any.
  private static func folders(above thing: String) -> [String] {
    guard thing.hasPrefix("/") else { return [] }
    var folders: [String] = []
    var rest = Substring(thing)
    while let slash = rest.lastIndex(of: "/"), slash > rest.startIndex {
      rest = rest[..<slash]
      folders.append(String(rest))
    }
    return folders
  }

  /// Who has what `wanted` would undo or delete, or be undone or deleted by: the first by name.
  private func owner(against wanted: Holding, besides environment: String?) -> Holding? {
    let thing = wanted.claim.thing
    var found = Array(holdings[thing] ?? [])
    for folder in Claims.folders(above: thing) { found += holdings[folder] ?? [] }
    if case .files = wanted.claim.extent { found += below[thing] ?? [] }
    return found.filter {
      $0.owner.environment != environment && $0.owner != wanted.owner
        && $0.claim.collides(with: wanted.claim)
    }.min { ($0.owner, $0.claim.thing) < ($1.owner, $1.claim.thing) }
  }

  /// Takes down what in one file stands for something that another resource has, there or in another environment.
  func refuse(_ wanted: [Holding], of environment: String, _ mistakes: Mistakes) {
    var taken = Claims()
    var refused: Set<Place> = []
    for holding in wanted {
      defer { taken.insert(holding) }
      guard
        let owner = owner(against: holding, besides: environment)
          ?? taken.owner(against: holding, besides: nil),
        // Of a range of ports one is told.
        refused.insert(holding.keyPlace).inserted
      else { continue }
      let (claim, theirs) = (holding.claim, owner.claim.thing)
      let whose = "\(owner.owner) (\(owner.place))"
      let relation =
        claim.thing == theirs
        ? "belongs to \(whose) already"
        : "\(Claim.isIn(claim.thing, theirs) ? "lies in" : "holds") \(theirs) of \(whose)"
      mistakes.add("`\(claim.key)`: \(claim.thing) \(relation): \(claim.instead)", at: holding.keyPlace)
    }
  }

  /// Takes down folders of which files would be deleted, and which are the system's or stewardd's own, lie in one or hold one.
  static func refuse(
    _ wanted: [Holding], onAccountOf folders: [OwnFolder], _ mistakes: Mistakes
  ) {
    for holding in wanted {
      guard let emptied = holding.claim.emptiedFolder, emptied.hasPrefix("/"),
        let own = folders.first(where: { Claim.isIn(emptied, $0.path) || Claim.isIn($0.path, emptied) })
      else { continue }
      let relation =
        emptied == own.path
        ? "is" : Claim.isIn(emptied, own.path) ? "lies in \(own.path)," : "holds \(own.path),"
      mistakes.add(
        "`\(holding.claim.key)`: \(emptied) \(relation) \(own.words), where nothing is to be deleted: name the folder of the files alone",
        at: holding.keyPlace)
    }
  }
}

/// A folder in which nothing is deleted on account of what an environment's file says.
public struct OwnFolder: Sendable, Hashable {
  /// Its path.
  public let path: String
  /// What it is, for people: `stewardd's state`.
  public let words: String

  /// The folder at this absolute path.
  public init(_ path: String, _ words: String) {
    self.path = path
    self.words = words
  }

  /// Those of every system.
  static let systems = ["/bin", "/boot", "/etc", "/lib", "/proc", "/sbin", "/sys", "/usr"].map {
    OwnFolder($0, "the system's")
  }
}

extension EnvironmentReading {
  /// The same beside the environments that are in force: refused where it wants what one of them has.
  func beside(_ others: Claims) -> EnvironmentReading {
    let refusals = Mistakes()
    others.refuse(holdings, of: environment, refusals)
    guard refusals.hasErrors else { return self }
    for mistake in mistakes { refusals.add(mistake) }
    return EnvironmentReading(
      environment: environment, file: file, digest: digest, adopted: nil, mistakes: refusals.all, holdings: []
    )
  }
}
