import Reconciliation
import Specification

/// Who has what only one resource of all environments may have.
///
/// Whoever has something keeps it: an environment in force does not lose it to one that comes later, which is refused until
/// the thing is free.
struct Claims: Sendable {
  /// A claim, and whose it is.
  struct Holding: Sendable {
    let claim: Claim
    let owner: ResourceID
    /// Where the owner is written.
    let place: Place
    /// Where the key of the claim is.
    let keyPlace: Place
  }

  /// By thing.
  private var owners: [String: Holding] = [:]
  /// The things of each environment.
  private var things: [String: [String]] = [:]

  /// An environment has what its file claims, and nothing else any more.
  mutating func adopt(_ reading: EnvironmentReading) {
    release(reading.environment)
    things[reading.environment] = reading.holdings.map(\.claim.thing)
    for holding in reading.holdings { owners[holding.claim.thing] = holding }
  }

  /// An environment has nothing any more.
  mutating func release(_ environment: String) {
    for thing in things.removeValue(forKey: environment) ?? [] { owners[thing] = nil }
  }

  /// Takes down what in one file stands for something that another resource has, there or in another environment.
  func refuse(_ wanted: [Holding], of environment: String, _ mistakes: Mistakes) {
    var taken: [String: Holding] = [:]
    var refused: Set<Place> = []
    for holding in wanted {
      let (claim, thing) = (holding.claim, holding.claim.thing)
      let other = owners[thing].flatMap { $0.owner.environment == environment ? nil : $0 }
      let owner = other ?? taken[thing, default: holding]
      taken[thing] = owner
      // Of a range of ports one is told.
      guard owner.owner != holding.owner, refused.insert(holding.keyPlace).inserted else { continue }
      mistakes.add(
        "`\(claim.key)`: \(thing) belongs to \(owner.owner) (\(owner.place)) already: \(claim.instead)",
        at: holding.keyPlace)
    }
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
