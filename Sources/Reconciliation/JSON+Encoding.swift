/// Builds a ``JSON`` from what an `Encodable` says of itself, without a detour over text: every action and every
/// observation that is compared, recorded or shown goes through here.
final class JSONBuilder: Encoder {
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  private enum Content {
    case nothing
    case value(JSON)
    case object([String: JSONBuilder])
    case array([JSONBuilder])
  }

  private var content = Content.nothing

  init(codingPath: [any CodingKey] = []) { self.codingPath = codingPath }

  /// What was encoded.
  var json: JSON {
    switch content {
    case .nothing: .null
    case .value(let value): value
    case .object(let members): .object(members.mapValues(\.json))
    case .array(let elements): .array(elements.map(\.json))
    }
  }

  func set(_ value: JSON) { content = .value(value) }

  /// Encodes any value into this place.
  func set(_ value: some Encodable) throws {
    if let json = value as? JSON { set(json) } else { try value.encode(to: self) }
  }

  func member(_ key: any CodingKey) -> JSONBuilder {
    let member = JSONBuilder(codingPath: codingPath + [key])
    if case .object(var members) = content {
      content = .nothing
      members[key.stringValue] = member
      content = .object(members)
    } else {
      content = .object([key.stringValue: member])
    }
    return member
  }

  func element() -> JSONBuilder {
    let element = JSONBuilder(codingPath: codingPath)
    if case .array(var elements) = content {
      content = .nothing
      elements.append(element)
      content = .array(elements)
    } else {
      content = .array([element])
    }
    return element
  }

  var count: Int { if case .array(let elements) = content { elements.count } else { 0 } }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .nothing = content { content = .object([:]) }
    return KeyedEncodingContainer(Members<Key>(builder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .nothing = content { content = .array([]) }
    return Elements(builder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(builder: self) }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let builder: JSONBuilder
  var codingPath: [any CodingKey] { builder.codingPath }

  mutating func encodeNil(forKey key: Key) { builder.member(key).set(.null) }
  mutating func encode(_ value: some Encodable, forKey key: Key) throws { try builder.member(key).set(value) }
  mutating func nestedContainer<Nested>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<
    Nested
  > {
    builder.member(key).container(keyedBy: type)
  }
  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    builder.member(key).unkeyedContainer()
  }
  mutating func superEncoder() -> any Encoder { builder }
  mutating func superEncoder(forKey key: Key) -> any Encoder { builder.member(key) }
}

private struct Elements: UnkeyedEncodingContainer {
  let builder: JSONBuilder
  var codingPath: [any CodingKey] { builder.codingPath }
  var count: Int { builder.count }

  mutating func encodeNil() { builder.element().set(.null) }
  mutating func encode(_ value: some Encodable) throws { try builder.element().set(value) }
  mutating func nestedContainer<Nested>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    builder.element().container(keyedBy: type)
  }
  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    builder.element().unkeyedContainer()
  }
  mutating func superEncoder() -> any Encoder { builder.element() }
}

private struct Single: SingleValueEncodingContainer {
  let builder: JSONBuilder
  var codingPath: [any CodingKey] { builder.codingPath }

  mutating func encodeNil() { builder.set(.null) }
  mutating func encode(_ value: Bool) { builder.set(.bool(value)) }
  mutating func encode(_ value: String) { builder.set(.string(value)) }
  mutating func encode(_ value: Double) { builder.set(.number(value)) }
  mutating func encode(_ value: Float) { builder.set(.number(Double(value))) }
  mutating func encode(_ value: Int) { builder.set(.integer(Int64(value))) }
  mutating func encode(_ value: Int8) { builder.set(.integer(Int64(value))) }
  mutating func encode(_ value: Int16) { builder.set(.integer(Int64(value))) }
  mutating func encode(_ value: Int32) { builder.set(.integer(Int64(value))) }
  mutating func encode(_ value: Int64) { builder.set(.integer(value)) }
  mutating func encode(_ value: UInt) throws { try encode(UInt64(value)) }
  mutating func encode(_ value: UInt8) { builder.set(.integer(Int64(value))) }
  mutating func encode(_ value: UInt16) { builder.set(.integer(Int64(value))) }
  mutating func encode(_ value: UInt32) { builder.set(.integer(Int64(value))) }
  mutating func encode(_ value: UInt64) throws {
    guard let integer = Int64(exactly: value) else {
      throw EncodingError.invalidValue(
        value,
        EncodingError.Context(
          codingPath: codingPath, debugDescription: "\(value) is beyond 64 bits with a sign"))
    }
    builder.set(.integer(integer))
  }
  mutating func encode(_ value: some Encodable) throws { try builder.set(value) }
}
