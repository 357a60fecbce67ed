/// Where something stands in an operator's file.
public struct PlaceBody: Codable, Sendable, Hashable {
  /// The file's path, as messages show it.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// The column in characters, from 1.
  public var column: Int

  /// All members, as documented above.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`, the form that editors turn into a link.
  public var description: String { "\(file):\(line):\(column)" }
}

/// Something wrong in an operator's file.
public struct MistakeBody: Codable, Sendable, Hashable {
  /// Where.
  public var place: PlaceBody
  /// `error` or `warning`.
  public var severity: String
  /// What is wrong, and what was meant.
  public var message: String

  /// All members, as documented above.
  public init(place: PlaceBody, severity: String, message: String) {
    self.place = place
    self.severity = severity
    self.message = message
  }
}
