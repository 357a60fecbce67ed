/// Something that the real daemon does to a real server, and how it is seen to be done. ``Kills`` kills daemons in it.
protocol Mortal: AnyObject {
  /// Where the daemons live, one after the other.
  var scratch: Scratch { get }
  /// `staging/secrets/DB`: the resource that it is about.
  var id: String { get }
  /// Makes the world what it is before, with no daemon in it.
  func prepare() async throws
  /// How it is asked for, as words for `steward`; nil where it begins by itself.
  var request: [String]? { get }
  /// Whether it is done, and nothing is left to do.
  func isAtRest() async throws -> Bool
  /// Holds what a killed daemon left against what must always be so.
  func checkKilled(_ name: String) async throws
  /// Holds everything against what must be so once a daemon has come to rest, which still runs.
  func checkAtRest(_ name: String) async throws
}

extension Mortal {
  var request: [String]? { nil }
  func checkKilled(_ name: String) async throws {}
  func checkAtRest(_ name: String) async throws {}
}
