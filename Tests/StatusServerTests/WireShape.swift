import Calendar
import Reconciliation
import StatusAPI

/// What a value looks like in JSON: found out of a type by decoding it from a decoder that notes what it is asked for,
/// and read from a schema.
indirect enum WireShape: Hashable {
  case boolean, integer, number, string, instant, anything
  case array(WireShape)
  case map(WireShape)
  case object([String: Member])

  struct Member: Hashable {
    let shape: WireShape
    let mayBeAbsent: Bool
  }

  /// The shape that `type` is decoded from.
  init<Value: Decodable>(of type: Value.Type) throws { self = try WireShape.found(type).shape }

  static func found<Value: Decodable>(_ type: Value.Type) throws -> (value: Value, shape: WireShape) {
    let recording = Recording(isMap: "\(type)".hasPrefix("Dictionary<"))
    let value = try Value(from: recording)
    switch type {
    case is Instant.Type: return (value, .instant)
    case is JSONValue.Type: return (value, .anything)
    default: return (value, recording.shape)
    }
  }

  /// The shape that a schema of the document describes.
  init(schema: JSON, in document: JSON) {
    if let name = schema["$ref"].text?.split(separator: "/").last.map(String.init) {
      self =
        name == "Instant"
        ? .instant : WireShape(schema: document["components"]["schemas"][name], in: document)
      return
    }
    switch schema["type"].text {
    case "boolean": self = .boolean
    case "integer": self = .integer
    case "number": self = .number
    case "string": self = .string
    case "array": self = .array(WireShape(schema: schema["items"], in: document))
    case "object" where schema["additionalProperties"].flag == false:
      let needed = schema["required"].elements.compactMap(\.text)
      self = .object(
        Dictionary(
          uniqueKeysWithValues: schema["properties"].members.map { name, member in
            (
              name,
              Member(shape: WireShape(schema: member, in: document), mayBeAbsent: !needed.contains(name))
            )
          }))
    case "object": self = .map(WireShape(schema: schema["additionalProperties"], in: document))
    default: self = .anything
    }
  }
}

/// A decoder that has everything, and notes what of it is wanted.
private final class Recording: Decoder {
  let isMap: Bool
  var shape = WireShape.object([:])
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]

  init(isMap: Bool) { self.isMap = isMap }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Members(recording: self))
  }
  func unkeyedContainer() -> any UnkeyedDecodingContainer { Elements(recording: self) }
  func singleValueContainer() -> any SingleValueDecodingContainer { Single(recording: self) }
}

private final class Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let recording: Recording
  let codingPath: [any CodingKey] = []
  /// Asked whether they are null: only what may be absent is.
  private var doubted: Set<String> = []

  init(recording: Recording) { self.recording = recording }

  var allKeys: [Key] { recording.isMap ? [Key(stringValue: "any")].compactMap(\.self) : [] }
  func contains(_ key: Key) -> Bool { true }
  func decodeNil(forKey key: Key) -> Bool {
    doubted.insert(key.stringValue)
    return false
  }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    let (value, shape) = try WireShape.found(type)
    if recording.isMap {
      recording.shape = .map(shape)
    } else if case .object(var members) = recording.shape {
      members[key.stringValue] = WireShape.Member(
        shape: shape, mayBeAbsent: doubted.contains(key.stringValue))
      recording.shape = .object(members)
    }
    return value
  }
  func nestedContainer<Nested>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<
    Nested
  > { throw Unforeseen() }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw Unforeseen() }
  func superDecoder() throws -> any Decoder { throw Unforeseen() }
  func superDecoder(forKey key: Key) throws -> any Decoder { throw Unforeseen() }
}

private struct Elements: UnkeyedDecodingContainer {
  let recording: Recording
  let codingPath: [any CodingKey] = []
  var currentIndex = 0

  let count: Int? = 1
  var isAtEnd: Bool { currentIndex == 1 }
  mutating func decodeNil() -> Bool { false }
  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    currentIndex += 1
    let (value, shape) = try WireShape.found(type)
    recording.shape = .array(shape)
    return value
  }
  mutating func nestedContainer<Nested>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
    throw Unforeseen()
  }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Unforeseen() }
  mutating func superDecoder() throws -> any Decoder { throw Unforeseen() }
}

private struct Single: SingleValueDecodingContainer {
  let recording: Recording
  let codingPath: [any CodingKey] = []

  func decodeNil() -> Bool { true }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value: any Sendable
    switch type {
    case is Bool.Type: (value, recording.shape) = (false, .boolean)
    case is Int.Type: (value, recording.shape) = (0, .integer)
    case is Int32.Type: (value, recording.shape) = (Int32(0), .integer)
    case is Int64.Type: (value, recording.shape) = (Int64(0), .integer)
    case is Double.Type: (value, recording.shape) = (0.5, .number)
    // What is read from a text is read from this one: a moment.
    case is String.Type: (value, recording.shape) = ("2026-11-21T13:03:00Z", .string)
    default: throw Unforeseen()
    }
    guard let value = value as? Value else { throw Unforeseen() }
    return value
  }
}

/// A wire type does something that none did so far: the recording must learn it.
private struct Unforeseen: Error {}
