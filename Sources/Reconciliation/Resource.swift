public import Specification

/// One thing that a controller keeps: what the operator wrote of it, and where.
public struct Resource<Spec: Sendable>: Sendable {
  /// Its name.
  public let id: ResourceID
  /// What the operator wrote, read and checked.
  public let spec: Spec
  /// Where it is written.
  public let place: Place
  /// Where each of its keys is written.
  public let places: [String: Place]
  /// A digest of what is written, blind to comments, order of keys and layout: it changes when the meaning may have.
  public let revision: String

  /// The resource written at `node`, with the `spec` that was read from it.
  /// - Parameter other: what else the spec was read from: an entry of another section that this one names.
  public init(_ id: ResourceID, spec: Spec, node: SpecNode, and other: SpecNode? = nil) {
    self.id = id
    self.spec = spec
    self.place = node.place
    self.places = node.keyPlaces
    self.revision = other.map { "\(node.digest)+\($0.digest)" } ?? node.digest
  }

  init(id: ResourceID, spec: Spec, place: Place, places: [String: Place], revision: String) {
    self.id = id
    self.spec = spec
    self.place = place
    self.places = places
    self.revision = revision
  }

  /// Where `key` is written, or else the resource itself: the line that a reason or a finding points to.
  public func place(of key: String) -> Place { places[key] ?? place }

  /// The same resource with its spec seen as another type.
  public func map<Other>(_ transform: (Spec) throws -> Other) rethrows -> Resource<Other> {
    Resource<Other>(id: id, spec: try transform(spec), place: place, places: places, revision: revision)
  }
}
