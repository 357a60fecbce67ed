/// One thing wrong in a file: where, what is wrong, and what was meant. Its text never contains a secret.
public struct Mistake: Hashable, Sendable, Codable, CustomStringConvertible {
  /// An error refuses the whole file; a warning is only shown.
  public enum Severity: String, Hashable, Sendable, Codable {
    case error, warning
  }

  /// Where.
  public var place: Place
  /// Whether it refuses the file.
  public var severity: Severity
  /// What is wrong, and what was meant.
  public var message: String

  /// A mistake at a place.
  public init(place: Place, severity: Severity = .error, message: String) {
    self.place = place
    self.severity = severity
    self.message = message
  }

  /// `file:line:column: error: message`, as compilers print it.
  public var description: String { "\(place): \(severity.rawValue): \(message)" }
}
