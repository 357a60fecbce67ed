public import Calendar
public import Specification

/// What an environment file says of the environment as a whole, and every controller may read.
public struct EnvironmentHeader: Sendable {
  /// What kind of data lives there. `real` forbids what `synthetic` allows (written test credentials, for one).
  public enum DataKind: String, Sendable, Codable, CaseIterable {
    case synthetic
    case productionLike = "production-like"
    case real
  }

  /// `environment:`, the name.
  public var name: String
  /// `purpose:`, one line for people.
  public var purpose: String
  /// `users:`, who uses it.
  public var users: [String]
  /// `data:`.
  public var data: DataKind
  /// `load:`, expected requests per second; nil where not written.
  public var requestsPerSecond: Double?
  /// `uptime:` as a fraction of 1; nil for `none`.
  public var uptime: Double?
  /// `region:`; nil where not written.
  public var region: String?
  /// `timezone:`, in which windows, calendar months and dates are meant.
  public var zone: Zone
  /// Where the zones that single expressions name come from.
  public var zones: ZoneDatabase
  /// `deployment:`, how releases reach it, for people.
  public var deployment: String?
  /// `change window:`; nil where none is written, so that what needs one waits for an override.
  public var changeWindow: Hours?
  /// `guard:`.
  public var `guard`: Guard
  /// `access:`, the roles that hold each permission.
  public var access: [Permission: Set<String>]
  /// `compliance: {retention: …}`, how long what people may ask for is kept; nil where it is not written as a span.
  public var retention: (span: TimeSpan, place: Place)?
  /// The entries of the sections whose entries are servers, by their names as other sections write them:
  /// `database/main`.
  public var servers: [String: SpecNode]
  /// Where each key stands in the file.
  public var places: [String: Place]

  /// A header with the defaults of a file that writes only `environment:` and `timezone:`.
  public init(name: String, zone: Zone, zones: ZoneDatabase = .utcOnly) {
    self.name = name
    self.purpose = ""
    self.users = []
    self.data = .synthetic
    self.zone = zone
    self.zones = zones
    self.guard = .default
    self.access = [:]
    self.servers = [:]
    self.places = [:]
  }
}
