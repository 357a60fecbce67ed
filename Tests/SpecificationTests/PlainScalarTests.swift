import Specification
import Testing

@Suite("What YAML would make of plain text")
struct PlainScalarTests {
  @Test(
    "text that some YAML reader converts is found out",
    arguments: [
      ("on", PlainScalar.Conversion.bool(true)), ("Off", .bool(false)), ("yes", .bool(true)),
      ("n", .bool(false)),
      ("~", .nothing), ("null", .nothing), ("0755", .octal), ("0o755", .octal), ("0x10", .hexadecimal),
      ("0b101", .binary), ("1_000", .grouped), ("+5", .grouped), ("-0", .grouped), ("22:30", .sixtieths),
      ("03:00", .sixtieths), ("12:30:45", .sixtieths), ("12:30:45.5", .sixtieths), ("1e3", .fraction),
      ("1.10", .fraction), (".5", .fraction), ("1.", .fraction), ("-1.5e-3", .fraction), (".inf", .fraction),
      ("-.INF", .fraction), (".nan", .fraction), ("2026-12-24", .date), ("2026-12-24T10:00:00Z", .date),
      ("2026-1-2 10:00:00", .date), ("<<", .special), ("=", .special), ("20", .integer), ("-3", .integer),
      ("0", .integer),
    ])
  func converted(text: String, conversion: PlainScalar.Conversion) {
    #expect(PlainScalar(text).conversion == conversion)
    #expect(PlainScalar(text).conversionInWords != nil)
  }

  @Test(
    "text that every YAML reader leaves alone is text",
    arguments: [
      "web", "Mon..Fri 07:00-20:00", "2..3", "95%", "$500", "30s", "10 GB", "1.2.3", "v1.10", "--port",
      "once",
      "order", "nobody", "2026-12-24..2027-01-01", "1 release-engineer", "0xyz", "12:", ":30", "1-2", "e3",
      "-", "+",
      ".", "..", "1e", "0x", "é", "10:30 Europe/Berlin", "2026-12",
    ])
  func untouched(text: String) {
    #expect(PlainScalar(text).conversion == nil)
    #expect(PlainScalar(text).conversionInWords == nil)
  }
}
