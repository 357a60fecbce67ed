/// Where something stands in a file that an operator wrote: line and column count from 1, the column in
/// characters.
public struct Place: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// The file, as messages show it.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// The column in characters, from 1.
  public var column: Int

  /// A place in a file.
  public init(file: String, line: Int = 1, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`, the form that editors and CI turn into a link.
  public var description: String { "\(file):\(line):\(column)" }

  public static func < (left: Place, right: Place) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}
