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
    self.message = Self.line(message)
  }

  /// No message needs more, however long what it quotes is.
  static let scalarsMax = 1000

  /// What is read in terminals and journals is one line, of a length: what would end it, move the cursor or turn the
  /// direction of writing is shown by its number.
  private static func line(_ message: String) -> String {
    func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
      [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }
    let scalars = message.unicodeScalars
    let isLong = scalars.count > scalarsMax
    guard isLong || scalars.contains(where: isObeyed) else { return message }
    let shown = scalars.prefix(scalarsMax).map { isObeyed($0) ? $0.escaped(asASCII: true) : String($0) }
    return shown.joined() + (isLong ? "…" : "")
  }

  /// `file:line:column: error: message`, as compilers print it.
  public var description: String { "\(place): \(severity.rawValue): \(message)" }
}
