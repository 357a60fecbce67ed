import FoundationEssentials
import Reconciliation
import Testing

@Suite("JSON")
struct JSONTests {
  private struct Inner: Codable, Equatable {
    var name: String
    var sizes: [Int64]
    var note: String?
  }

  private enum Kind: Codable, Equatable {
    case plain
    case sized(bytes: Int64, Inner)
  }

  private struct Outer: Codable, Equatable {
    var id: ResourceID
    var kind: Kind
    var share: Double
    var flags: [String: Bool]
    var body: JSON
    var nested: [[Inner]]
  }

  private let value = Outer(
    id: ResourceID(environment: "staging", controller: "logs", name: "web"),
    kind: .sized(bytes: .max, Inner(name: "a \"b\"\n\u{7F}ü", sizes: [], note: nil)), share: 0.25,
    flags: ["b": true, "a": false], body: ["x": [nil, 1, "y"]],
    nested: [[], [Inner(name: "n", sizes: [1, -2], note: "")]])

  @Test(
    "what is encoded without a detour is what the standard encoder would have said, and is read back the same"
  )
  func encoding() throws {
    let json = try JSON(encoding: value)
    #expect(try json == JSON(parsing: JSONEncoder().encode(value)))
    #expect(try json.decoded(as: Outer.self) == value)
  }

  @Test("equal values are equal bytes, whatever the order in which they were made")
  func canonical() throws {
    let text = #"{"b":1,"a":[true,null,"x\ny"],"c":{}}"#
    let shuffled = #" { "c" : {}, "a": [ true , null, "x\u000ay"], "b": 1 } "#
    #expect(try JSON(parsing: text.utf8).bytes == JSON(parsing: shuffled.utf8).bytes)
    #expect(try JSON(parsing: text.utf8).description == #"{"a":[true,null,"x\ny"],"b":1,"c":{}}"#)
  }

  @Test("the canonical text is JSON again")
  func roundTrip() throws {
    let json = try JSON(encoding: value)
    #expect(try JSON(parsing: json.bytes) == json)
  }

  @Test("text is read as written, and what is no JSON is refused wherever it breaks off")
  func parsing() throws {
    for text in [
      #"{"a":1,"b":[1.5,-2,0,1e+20,5.0,"x\u0001y\n\"é🦊",null,true,false],"c":{}}"#, "[]", "0", "-1", #""""#,
    ] {
      #expect(try JSON(parsing: text.utf8).description == text)
    }
    #expect(
      try JSON(parsing: #" { "a" : "\ud83e\udd8a\u00e9\/" , "b" : [ ] } "#.utf8) == ["a": "🦊é/", "b": []])
    #expect(try JSON(parsing: "9223372036854775808".utf8) == .number(9.223372036854775808e18))
    for text in [
      "", "{", "[1,]", "01", "1.", "-", "+1", "tru", "nul", "{\"a\":}", "{a:1}", "\"\u{1}\"", "\"\\ud83e\"",
      "\"\\x\"", "1 2", "\"\\u+123\"", "1e999", String(repeating: "[", count: 100_000), "{\"a\" 1}", "NaN",
    ] {
      #expect(throws: JSON.NotJSON.self) { try JSON(parsing: text.utf8) }
    }
    #expect(throws: JSON.NotJSON.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
  }
}
