/// A Swift file's code: what stands in comments and in quotes is blank, so that brackets match and a word found is code.
/// As long as the text, byte for byte.
struct Code {
  let bytes: [UInt8]
  private let text: [UInt8]

  init(_ source: String) {
    text = Array(source.utf8)
    bytes = Self.blanked(text)
  }

  /// A call `name(…)`: what stands before the name, and its arguments.
  struct Call {
    let name: String
    /// Where the name begins.
    let at: Int
    /// What is called by this name: `folder.` in `folder.unlink(…)`; empty for a bare one.
    let receiver: String
    /// How many arguments it has; a trailing closure is none.
    let arguments: Int
  }

  /// The calls of the names that `isMeant`.
  func calls(_ isMeant: (String) -> Bool) -> [Call] {
    var calls: [Call] = []
    var at = 0
    while at < bytes.count {
      guard Self.isName(bytes[at]) else {
        at += 1
        continue
      }
      let start = at
      while at < bytes.count, Self.isName(bytes[at]) { at += 1 }
      let name = String(decoding: bytes[start..<at], as: UTF8.self)
      guard at < bytes.count, bytes[at] == UInt8(ascii: "("), isMeant(name), !isDeclared(at: start) else {
        continue
      }
      calls.append(
        Call(name: name, at: start, receiver: receiver(before: start), arguments: arguments(from: at)))
    }
    return calls
  }

  /// Whether the place stands in the braces of an `effect("…") { … }` or `effect("…", { … })`.
  func isInEffect(_ place: Int) -> Bool {
    var depth = 0
    var at = place
    while at > 0 {
      at -= 1
      switch bytes[at] {
      case UInt8(ascii: "}"): depth += 1
      case UInt8(ascii: "{") where depth > 0: depth -= 1
      case UInt8(ascii: "{"): if opensEffect(at) { return true }
      default: break
      }
    }
    return false
  }

  /// The name of each effect, and the line it stands in.
  var effects: [(name: String, line: Int)] {
    calls { $0 == "effect" }.filter { $0.receiver.isEmpty }.map { call in
      let start = call.at + "effect(\"".utf8.count
      return (
        String(decoding: text[start...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self), line(of: call.at)
      )
    }
  }

  /// Whether the word stands in the code.
  func says(_ word: String) -> Bool { !String(decoding: bytes, as: UTF8.self).ranges(of: word).isEmpty }

  /// The line of a place, counted from 1.
  func line(of place: Int) -> Int { text[..<place].count { $0 == UInt8(ascii: "\n") } + 1 }

  // MARK: -

  private func opensEffect(_ brace: Int) -> Bool {
    let line = String(decoding: bytes[max(0, brace - 200)..<brace], as: UTF8.self)
    // In the code the effect's name is blank: `effect(          ) ` or `effect(          , `.
    guard let call = line.ranges(of: "effect(").last else { return false }
    return line[call.upperBound...].allSatisfy { $0 == " " || $0 == ")" || $0 == "," }
  }

  private func isDeclared(at start: Int) -> Bool {
    let before = String(decoding: bytes[max(0, start - 6)..<start], as: UTF8.self)
    return before.hasSuffix("func ") || before.hasSuffix("case ")
  }

  private func receiver(before start: Int) -> String {
    guard start > 0, bytes[start - 1] == UInt8(ascii: ".") else { return "" }
    var at = start - 1
    while at > 0, Self.isName(bytes[at - 1]) || ".?!".utf8.contains(bytes[at - 1]) { at -= 1 }
    return String(decoding: bytes[at..<start], as: UTF8.self)
  }

  private func arguments(from open: Int) -> Int {
    var depth = 0
    var commas = 0
    var isEmpty = true
    for at in open..<bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ",") where depth == 1: commas += 1
      case UInt8(ascii: " "), UInt8(ascii: "\n"): continue
      default: break
      }
      if depth == 0 { break }
      if at > open { isEmpty = false }
    }
    return isEmpty ? 0 : commas + 1
  }

  private static func isName(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (48...57).contains(byte) || (65...90).contains(byte)
      || (97...122).contains(byte)
  }

  /// Comments and what stands between quotes become blanks; line ends stay. An interpolation is part of its text.
  private static func blanked(_ text: [UInt8]) -> [UInt8] {
    var code = text
    var at = 0
    func starts(_ word: StaticString, at place: Int) -> Bool {
      place + word.utf8CodeUnitCount <= text.count
        && word.withUTF8Buffer { text[place..<(place + $0.count)].elementsEqual($0) }
    }
    func blank(_ range: Range<Int>) {
      for place in range where text[place] != UInt8(ascii: "\n") { code[place] = UInt8(ascii: " ") }
    }
    while at < text.count {
      let start = at
      if starts("//", at: at) {
        at = text[at...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
      } else if starts("\"\"\"", at: at) {
        at += 3
        while at < text.count, !starts("\"\"\"", at: at) { at += text[at] == UInt8(ascii: "\\") ? 2 : 1 }
        at = min(at + 3, text.count)
      } else if starts("#\"", at: at) {
        at += 2
        while at < text.count, !starts("\"#", at: at) { at += 1 }
        at = min(at + 2, text.count)
      } else if text[at] == UInt8(ascii: "\"") {
        at = endOfText(text, from: at)
      } else {
        at += 1
        continue
      }
      blank(start..<at)
    }
    return code
  }

  /// Behind the quote that ends the text which begins at `start`; texts in its interpolations are its own.
  private static func endOfText(_ text: [UInt8], from start: Int) -> Int {
    var at = start + 1
    while at < text.count, text[at] != UInt8(ascii: "\"") {
      guard text[at] == UInt8(ascii: "\\") else {
        at += 1
        continue
      }
      at += 1
      guard at < text.count, text[at] == UInt8(ascii: "(") else {
        at += 1
        continue
      }
      var depth = 0
      repeat {
        switch text[at] {
        case UInt8(ascii: "("): depth += 1
        case UInt8(ascii: ")"): depth -= 1
        case UInt8(ascii: "\""): at = endOfText(text, from: at) - 1
        default: break
        }
        at += 1
      } while depth > 0 && at < text.count
    }
    return min(at + 1, text.count)
  }
}
