/// A pattern for the names of files as glob(7) has it: `*`, `?` and `[…]`, of which each stands here for any one character.
struct FilePattern: Sendable {
  private enum Part: Equatable {
    case one(Character)
    case anyOne
    case any

    /// Whether some character is both.
    func meets(_ other: Part) -> Bool {
      if case .one(let character) = self, case .one(let another) = other { return character == another }
      return true
    }
  }

  private let parts: [Part]

  init(_ text: String) {
    var parts: [Part] = []
    var rest = Substring(text)
    while let character = rest.popFirst() {
      switch character {
      case "*": parts.append(.any)
      case "?": parts.append(.anyOne)
      case "\\": parts.append(.one(rest.popFirst() ?? "\\"))
      // A bracket closes a class, but for one that stands first in it.
      case "[":
        guard let end = rest.dropFirst().firstIndex(of: "]") else {
          parts.append(.one("["))
          continue
        }
        rest = rest[rest.index(after: end)...]
        parts.append(.anyOne)
      default: parts.append(.one(character))
      }
    }
    self.parts = parts
  }

  /// Whether it fits a name.
  func fits(_ name: String) -> Bool { overlaps(FilePattern(parts: name.map { .one($0) })) }

  private init(parts: [Part]) { self.parts = parts }

  /// Whether there may be a name that both fit. Costs the product of their lengths.
  func overlaps(_ other: FilePattern) -> Bool {
    // Of each place in this pattern, whether it can be reached together with the place in the other that is looked at.
    var reached = [Bool](repeating: false, count: parts.count + 1)
    reached[0] = true
    passStars(&reached)
    for part in other.parts {
      var next = [Bool](repeating: false, count: parts.count + 1)
      for (index, isReached) in reached.enumerated() where isReached {
        if part == .any { next[index] = true }
        guard index < parts.count else { continue }
        if parts[index] == .any {
          next[index] = true
        } else if part.meets(parts[index]) {
          next[index + 1] = true
        }
      }
      if part == .any {
        // It stands for as many characters as this pattern still has.
        for index in parts.indices where next[index] { next[index + 1] = true }
      }
      passStars(&next)
      reached = next
    }
    return reached[parts.count]
  }

  /// A star stands for nothing, too.
  private func passStars(_ reached: inout [Bool]) {
    for (index, part) in parts.enumerated() where part == .any && reached[index] { reached[index + 1] = true }
  }
}
