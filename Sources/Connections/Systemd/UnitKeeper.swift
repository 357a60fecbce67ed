/// The door to systemd: how its units stand, and what is done to them.
///
/// The one in use is ``SystemdUnits``; tests may hold ``PretendUnits``.
public protocol UnitKeeper: Sendable {
  /// How these units stand, each of them, and besides them every unit that systemd holds of `template` (`web@`, where one
  /// is given) with a number above `index`: what somebody started beyond those asked for. One call, however many they are.
  /// - Throws: ``HostError`` where systemd does not answer: that is not "none".
  func look(at names: [String], andAll template: String?, above index: Int) async throws -> [UnitState]

  /// Does it, and waits until systemd says that it is done: a unit of `Type=notify` has said that it is ready.
  /// - Throws: ``UnitRefusal`` where systemd or polkit says no, or what was asked for did not come about; ``HostError``
  ///   where systemd does not answer.
  func ask(_ verb: UnitVerb, of name: String) async throws

  /// The last lines of the journal about a unit, oldest first; none where the journal may not be read.
  func lastLines(of name: String, linesMax: Int) async -> [String]
}

/// What may be asked of a unit: the very verbs that the polkit rule lets the daemon's user ask for.
public enum UnitVerb: String, Sendable, CaseIterable {
  /// Ends all of its processes, as the unit says.
  case stop
  /// Ends it if it runs, and starts it.
  case restart
  /// Forgets that it failed, and how often, so that it may start again.
  case resetFailed = "reset-failed"
}

/// systemd said no.
public struct UnitRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// Why, as far as it decides who must act.
  public enum Reason: String, Sendable {
    /// polkit does not let this user do it.
    case denied
    /// There is no such unit, or it is masked, or its file is wrong.
    case unusable
    /// It was tried and did not come about: the unit failed, or took too long.
    case failed
  }

  /// Why.
  public let reason: Reason
  /// Which unit.
  public let unit: String
  /// What systemd said, in one line.
  public let words: String

  /// A refusal.
  public init(_ reason: Reason, unit: String, words: String) {
    self.reason = reason
    self.unit = unit
    self.words = words
  }

  public var description: String { "\(unit): \(words)" }
}
