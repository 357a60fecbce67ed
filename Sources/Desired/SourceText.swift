import Specification

/// The bytes of a file, checked to be text whose lines every editor counts in the same way.
enum SourceText {
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Finds what no YAML can be: bytes that are not UTF-8, control characters, indentation with tabs, too
  /// much.
  ///
  /// - Returns: the bytes without a byte order mark, or nil when a mistake was recorded.
  static func check(_ bytes: [UInt8], file: String, mistakes: Mistakes) -> ArraySlice<UInt8>? {
    let start = Place(file: file)
    guard bytes.count <= SourceLimits.bytesMax else {
      mistakes.add("the file has \(bytes.count) bytes, at most \(SourceLimits.bytesMax) are read", at: start)
      return nil
    }
    guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
      mistakes.add("the file is UTF-16, save it as UTF-8", at: start)
      return nil
    }
    let text = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
    let before = mistakes.count
    scan(text, file: file, mistakes: mistakes)
    return mistakes.count == before ? text : nil
  }

  private static func scan(_ text: ArraySlice<UInt8>, file: String, mistakes: Mistakes) {
    var decoder = Unicode.UTF8.ForwardParser()
    var bytes = text.makeIterator()
    var place = Place(file: file)
    var indenting = true
    var found: Set<String> = []
    // One mistake of a class is enough: an editor that indents with tabs does so on every line.
    func report(_ message: String) {
      if found.insert(message).inserted { mistakes.add(message, at: place) }
    }
    while true {
      switch decoder.parseScalar(from: &bytes) {
      case .emptyInput:
        return
      case .error:
        report("this is not UTF-8; save the file as UTF-8")
        return
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        switch scalar {
        case "\n":
          place.line += 1
          place.column = 0
          indenting = true
        case " ": break
        case "\t":
          if indenting { report("lines are indented with spaces, this is a tab") }
        case "\r":
          // Carries no meaning before a line feed; alone it is a line break to YAML and none to most editors.
          var ahead = bytes
          if ahead.next() != UInt8(ascii: "\n") { report("a carriage return without a line feed") }
        default:
          indenting = false
          if let problem = problem(with: scalar) { report(problem) }
        }
        place.column += 1
      }
    }
  }

  /// What is wrong with a character that may not stand in what people write.
  private static func problem(with scalar: Unicode.Scalar) -> String? {
    guard scalar.isHidden else { return nil }
    switch scalar.value {
    case 0: return "a NUL byte: the file is damaged, or is not text"
    case 1..<0x20, 0x7F: return "a control character, U+\(hex(scalar))"
    case 0x80..<0xA0, 0x2028, 0x2029:
      return "an invisible character, U+\(hex(scalar)), that YAML takes for something else"
    case 0x202A...0x202E, 0x2066...0x2069:
      return
        "an invisible character, U+\(hex(scalar)), that shows what follows in another order than it is read in"
    default: return "an invisible character, U+\(hex(scalar)), in the middle of the file"
    }
  }

  private static func hex(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
