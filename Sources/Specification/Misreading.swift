/// Why a value could not be read as what was wanted: the message without its place's file and line.
public struct Misreading: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  public var place: Place

  public init(_ message: String, at place: Place) {
    self.message = message
    self.place = place
  }

  public var description: String { message }
}

/// A piece of a file inside a message: in backquotes, on one line, cut to a length that leaves room for the
/// rest.
public func quoted(_ text: String) -> String {
  let shownMax = 60
  var shown = "`"
  for scalar in text.unicodeScalars.prefix(shownMax) {
    shown += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
  }
  return shown + (text.unicodeScalars.count > shownMax ? "…`" : "`")
}
