/// A folder in a store that rclone(1) knows: `cold:logs/web`.
public struct RemotePath: Sendable, Hashable, CustomStringConvertible {
  /// The store's name, a section of rclone's configuration.
  public let remote: String
  /// The folder in it, without slashes around it.
  public let path: String

  /// Reads `REMOTE:PATH`. Nil where it is none: a remote with a path in it, with options (`name,option=value:`), or made up
  /// on the spot (`:backend:`) is not taken, nor a path that leads upwards.
  public init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let remote = text[..<colon]
    let path = text[text.index(after: colon)...]
    let isName =
      remote.first.map { $0.isLetter || $0.isNumber || $0 == "_" } == true
      && remote.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard isName, parts.allSatisfy({ RemotePath.isName($0) }) else { return nil }
    self.remote = String(remote)
    self.path = String(path)
  }

  /// Whether every store keeps a name as it is written: text without control characters, and nothing that leads elsewhere.
  public static func isName(_ name: some StringProtocol) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.contains("/") && !name.contains("\u{FFFD}")
      && name.first != " " && name.last != " "
      && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }

  public var description: String { "\(remote):\(path)" }

  /// The path of something below it, as rclone takes it.
  func below(_ name: String) -> String { "\(remote):\(path)/\(name)" }
}
