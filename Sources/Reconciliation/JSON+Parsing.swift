extension JSON {
  /// How deep arrays and objects may stand in each other.
  static let depthMax = 64

  /// Reads UTF-8 JSON text (RFC 8259). A number without fraction and exponent is an integer where it fits; every other
  /// stays a number, so that what was written canonically comes back as the value it was.
  /// - Throws: ``NotJSON`` where it is none.
  public init(parsing bytes: some Collection<UInt8>) throws(NotJSON) {
    var reading = JSONReading(bytes)
    self = try reading.document()
  }

  /// Why a text is no JSON, and at which byte.
  public struct NotJSON: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was expected.
    public let message: String
    /// The offset of the byte where it was not found.
    public let offset: Int

    public var description: String { "no JSON at byte \(offset): \(message)" }
  }
}

/// One pass over a text. Written by hand because a generic decoder tries each type in turn and makes an error for each
/// that does not fit: 28 µs for an event, against 2.
struct JSONReading {
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  init(_ bytes: some Collection<UInt8>) {
    self.bytes = Array(bytes)
  }

  mutating func document() throws(JSON.NotJSON) -> JSON {
    let value = try value()
    skipSpace()
    guard index == bytes.count else { throw failure("the end") }
    return value
  }

  private mutating func value() throws(JSON.NotJSON) -> JSON {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try nested { reading throws(JSON.NotJSON) in try reading.object() }
    case UInt8(ascii: "["): return try nested { reading throws(JSON.NotJSON) in try reading.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(
    _ body: (inout JSONReading) throws(JSON.NotJSON) -> JSON
  ) throws(JSON.NotJSON) -> JSON {
    depth += 1
    guard depth <= JSON.depthMax else { throw failure("less than \(JSON.depthMax) levels") }
    defer { depth -= 1 }
    index += 1
    return try body(&self)
  }

  private mutating func object() throws(JSON.NotJSON) -> JSON {
    var members: [String: JSON] = [:]
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      let key = try string()
      skipSpace()
      guard take(":") else { throw failure("':'") }
      // RFC 8259 leaves open which of two counts: whoever wrote them meant one, and nobody can say which.
      guard members.updateValue(try value(), forKey: key) == nil else { throw failure("each member once") }
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw failure("',' or '}'") }
    }
  }

  private mutating func array() throws(JSON.NotJSON) -> JSON {
    var elements: [JSON] = []
    skipSpace()
    if take("]") { return .array(elements) }
    while true {
      elements.append(try value())
      skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { throw failure("',' or ']'") }
    }
  }

  private mutating func number() throws(JSON.NotJSON) -> JSON {
    let start = index
    var isInteger = true
    _ = take("-")
    let whole = digits()
    guard whole == 1 || (whole > 1 && bytes[index - whole] != UInt8(ascii: "0")) else {
      throw failure("a value")
    }
    if take(".") {
      isInteger = false
      guard digits() > 0 else { throw failure("a digit") }
    }
    if take("e") || take("E") {
      isInteger = false
      if !take("+") { _ = take("-") }
      guard digits() > 0 else { throw failure("a digit") }
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if isInteger, let integer = Int64(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else { throw failure("a number that fits") }
    return .number(number)
  }

  private mutating func digits() -> Int {
    let start = index
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
    return index - start
  }

  private mutating func string() throws(JSON.NotJSON) -> String {
    guard take("\"") else { throw failure("'\"'") }
    let start = index
    while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
    var content = Array(bytes[start..<index])
    while !take("\"") {
      guard let byte = peek, byte >= 0x20 else { throw failure("the string's end") }
      index += 1
      if byte == UInt8(ascii: "\\") { try escape(into: &content) } else { content.append(byte) }
    }
    guard let text = String(validating: content, as: UTF8.self) else { throw failure("UTF-8") }
    return text
  }

  private mutating func escape(into content: inout [UInt8]) throws(JSON.NotJSON) {
    guard let byte = peek else { throw failure("an escape") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]), take("\\"), take("u") { units.append(try codeUnit()) }
      guard let text = String(validating: units, as: UTF16.self) else { throw failure("a whole character") }
      content.append(contentsOf: text.utf8)
    default: throw failure("an escape")
    }
  }

  private mutating func codeUnit() throws(JSON.NotJSON) -> UInt16 {
    guard index + 4 <= bytes.count, bytes[index] != UInt8(ascii: "+"),
      let unit = UInt16(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
    else { throw failure("four hexadecimal digits") }
    index += 4
    return unit
  }

  private mutating func word(_ text: StaticString, _ value: JSON) throws(JSON.NotJSON) -> JSON {
    let matches = text.withUTF8Buffer { bytes[index...].starts(with: $0) }
    guard matches else { throw failure("a value") }
    index += text.utf8CodeUnitCount
    return value
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private func failure(_ expected: String) -> JSON.NotJSON {
    JSON.NotJSON(message: "expected \(expected)", offset: index)
  }
}
