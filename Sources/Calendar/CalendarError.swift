/// Something an operator wrote about time that cannot be understood.
///
/// The message is one sentence: what is wrong, then what was probably meant. The caller adds where it stands.
public struct CalendarError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what was meant.
  public let message: String

  /// Makes an error from its one sentence.
  public init(_ message: String) {
    self.message = message
  }

  public var description: String { message }
}

/// What an operator wrote, as a message quotes it: no more than a line holds, and nothing that a terminal would obey.
func inQuotes(_ text: some StringProtocol) -> String {
  let shownMax = 60
  var shown = "\""
  for scalar in text.unicodeScalars.prefix(shownMax) {
    shown += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
  }
  return shown + (text.unicodeScalars.count > shownMax ? "…\"" : "\"")
}
