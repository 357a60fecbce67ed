/// What is shown of a text that comes from a daemon, and to it from servers, files and processes: a terminal acts on some
/// characters instead of showing them. Those appear as `\u{1B}`.
enum VisibleText {
  /// `text` with nothing in it that is not seen.
  static func of(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnseen) else { return text }
    var seen = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { append(scalar, to: &seen, escape: "\\u{") }
    return String(seen)
  }

  /// A text of JSON in whose strings the same is done, before anything is read of it: whatever is shown has come through
  /// here.
  static func inStrings(of json: [UInt8]) -> [UInt8] {
    guard json.contains(where: { $0 >= 0x7F || $0 == UInt8(ascii: "\\") }) else { return json }
    var seen = String.UnicodeScalarView()
    var scalars = String(decoding: json, as: UTF8.self).unicodeScalars.makeIterator()
    var isInString = false
    while let scalar = scalars.next() {
      switch scalar {
      case "\"":
        isInString.toggle()
        seen.append(scalar)
      case "\\" where isInString: unescape(&scalars, to: &seen)
      case _ where isInString: append(scalar, to: &seen, escape: "\\\\u{")
      default: seen.append(scalar)
      }
    }
    return Array(String(seen).utf8)
  }

  /// What stands behind a backslash, as it was where it is seen.
  private static func unescape(
    _ scalars: inout String.UnicodeScalarView.Iterator, to seen: inout String.UnicodeScalarView
  ) {
    guard let kind = scalars.next() else { return }
    let controls: [Unicode.Scalar: Unicode.Scalar] = [
      "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
    ]
    if let control = controls[kind] { return append(control, to: &seen, escape: "\\\\u{") }
    seen.append("\\")
    seen.append(kind)
    guard kind == "u" else { return }
    let digits = (0..<4).compactMap { _ in scalars.next() }
    // A surrogate is half of a character, of which both halves are seen or neither; what is not seen beyond the first plane
    // are tags, which no terminal acts on.
    guard let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16),
      let scalar = Unicode.Scalar(value), isUnseen(scalar)
    else {
      seen.append(contentsOf: digits)
      return
    }
    seen.removeLast(2)
    append(scalar, to: &seen, escape: "\\\\u{")
  }

  private static func append(
    _ scalar: Unicode.Scalar, to seen: inout String.UnicodeScalarView, escape: String
  ) {
    guard isUnseen(scalar) else { return seen.append(scalar) }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    seen.append(contentsOf: "\(escape)\(digits)}".unicodeScalars)
  }

  private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    // What joins emoji is seen by what it joins.
    case .format: scalar.value != 0x200D
    default: false
    }
  }
}
