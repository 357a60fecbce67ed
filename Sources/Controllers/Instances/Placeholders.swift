/// The placeholders of `run`: `{port}`, `{index}`, `{environment}`, `{name}`. Braces around anything that is not one
/// lower-case word stand for themselves, so that arguments may hold JSON.
enum Placeholders {
  static let known = ["environment", "index", "name", "port"]

  /// The arguments of one instance.
  static func fill(_ run: [String], with values: [String: String]) -> [String] {
    run.map { argument in
      pieces(of: argument).map { piece in
        switch piece {
        case .text(let text): text
        case .placeholder(let word): values[word] ?? "{\(word)}"
        }
      }.joined()
    }
  }

  /// What is wrong with the placeholders, one line each.
  static func mistakes(in run: [String], hasPort: Bool) -> [String] {
    run.flatMap { pieces(of: $0) }.compactMap { piece in
      guard case .placeholder(let word) = piece else { return nil }
      guard known.contains(word) else {
        return "unknown placeholder {\(word)}; known are \(known.map { "{\($0)}" }.joined(separator: ", "))"
      }
      return word == "port" && !hasPort ? "{port} needs a `port`" : nil
    }
  }

  private enum Piece {
    case text(String)
    case placeholder(String)
  }

  private static func pieces(of argument: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = argument[...]
    while let open = rest.firstIndex(of: "{") {
      let word = rest[rest.index(after: open)...].prefix { ("a"..."z").contains($0) }
      let isPlaceholder = !word.isEmpty && word.endIndex < rest.endIndex && rest[word.endIndex] == "}"
      let end = isPlaceholder ? open : rest.index(after: open)
      if rest.startIndex < end { pieces.append(.text(String(rest[..<end]))) }
      if isPlaceholder { pieces.append(.placeholder(String(word))) }
      rest = isPlaceholder ? rest[rest.index(after: word.endIndex)...] : rest[end...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    return pieces
  }
}
