import Calendar
import Specification
import Testing

@Suite("What values are read as")
struct ConversionTests {
  @Test("text without quotes is refused where YAML would convert it, and in quotes it is text")
  func text() throws {
    for word in ["on", "0755", "22:30", "1.10", "~", "20", "true", "2026-12-24"] {
      let refusal = try #require(refusal(of: plain(word)) { node throws(Misreading) in try node.text() })
      #expect(refusal.hasSuffix("write it in quotes: \"\(word)\""))
      #expect(try quotes(word).text() == word)
    }
    #expect(try plain("QA & integration testing").text() == "QA & integration testing")
  }

  @Test("literal text takes plain numbers and bools, and never shows a value that it refuses")
  func literals() throws {
    for word in ["20", "true", "false", "30s", "-1", "a b"] { #expect(try plain(word).literalText() == word) }
    for word in ["022", "on", "1e3", "12:30", "True", "~", "1_000"] {
      let refusal = try #require(
        refusal(of: plain(word)) { node throws(Misreading) in try node.literalText() })
      #expect(!refusal.contains("`\(word)`"))
      #expect(try quotes(word).literalText() == word)
    }
    #expect(try quotes("").literalText() == "")
  }

  @Test("an integer has one spelling")
  func integers() throws {
    #expect(try plain("8080").integer(in: 1...65_535) == 8080)
    for node in [
      plain("0755"), plain("1_000"), plain("0x10"), plain("+5"), plain("70000"), plain("1e3"), quotes("80"),
    ] {
      #expect(refusal(of: node) { node throws(Misreading) in try node.integer(in: 1...65_535) } != nil)
    }
    let endless = plain(String(repeating: "9", count: 400))
    #expect(refusal(of: endless) { node throws(Misreading) in try node.integer(in: 1...9) } != nil)
  }

  @Test("a range is two ends or one number")
  func ranges() throws {
    #expect(try plain("2..3").range(in: 0...10) == 2...3)
    #expect(try plain("2").range(in: 0...10) == 2...2)
    for text in ["3..2", "2..", "..3", "2...3", "2..3..4", "2-3", "02..3", "2..11", "x"] {
      #expect(
        refusal(of: plain(text)) { node throws(Misreading) in try node.range(in: 0...10) } != nil, "\(text)")
    }
  }

  @Test("a bool is true or false, without quotes")
  func bools() throws {
    #expect(try plain("true").bool())
    #expect(try !plain("false").bool())
    for node in [plain("yes"), plain("True"), plain("on"), plain("1"), quotes("true")] {
      #expect(refusal(of: node) { node throws(Misreading) in try node.bool() } != nil)
    }
  }

  @Test("sizes count in thousands or in 1024s, and print as written")
  func bytes() throws {
    let sizes: KeyValuePairs<String, Int64> = [
      "100 GB": 100_000_000_000, "10GB": 10_000_000_000, "512 MiB": 536_870_912, "1.5 kB": 1_500, "0 B": 0,
      "1 TB": 1_000_000_000_000, "1234 B": 1234,
    ]
    for (text, bytes) in sizes { #expect(try plain(text).bytes().bytes == bytes) }
    for text in ["100 GB", "512 MiB", "1234 B", "1 TB"] { #expect(try ByteCount(text).description == text) }
    for text in ["100", "10 gb", "10 G", "GB", "1.0001 kB", "-1 GB", "99999999999 TB", "1e3 GB", "1..2 GB"] {
      #expect(throws: FormatError.self, "\(text)") { try ByteCount(text) }
    }
  }

  @Test("percentages are exact and at most all of it")
  func percentages() throws {
    #expect(try Percentage("99.9%").partsPerMillion == 999_000)
    #expect(try Percentage("99.9%").description == "99.9%")
    #expect(try Percentage("100%").description == "100%")
    for text in ["95", "101%", "%", "-1%", "99.99999%", "95 percent"] {
      #expect(throws: FormatError.self, "\(text)") { try Percentage(text) }
    }
  }

  @Test("money is exact to the millionth of a dollar")
  func money() throws {
    #expect(try Price("$0.08/h") == Price(amount: Money(microdollars: 80_000), per: .hour))
    #expect(try Price("$12/month").description == "$12/month")
    #expect(try Money("$500").microdollars == 500_000_000)
    for text in ["500", "$", "$0.08", "$1/year", "€1/h", "$-1/h"] {
      #expect(throws: FormatError.self, "\(text)") { try Price(text) }
    }
  }

  @Test("a command is a list that begins with an absolute path")
  func commands() throws {
    #expect(
      try list(plain("/bin/sleep"), plain("60"), quotes("{port}")).command() == [
        "/bin/sleep", "60", "{port}",
      ])
    for node in [plain("/bin/sleep 60"), list(), list(plain("sleep")), list(plain("/bin/x"), list())] {
      #expect(refusal(of: node) { node throws(Misreading) in try node.command() } != nil)
    }
  }

  @Test("a path is absolute and has no way back up")
  func paths() throws {
    #expect(try plain("/srv//web/").absolutePath() == "/srv/web")
    for text in ["srv", "/srv/../etc", "/./x", "/" + String(repeating: "x", count: 5_000)] {
      #expect(refusal(of: plain(text)) { node throws(Misreading) in try node.absolutePath() } != nil)
    }
  }

  @Test("a span has a unit and a length, a duration has no months")
  func spans() throws {
    #expect(try plain("6mo").span().months == 6)
    #expect(try plain("1h 30min").duration() == .seconds(5_400))
    for text in ["30", "0s", "soon", "30x"] {
      #expect(refusal(of: plain(text)) { node throws(Misreading) in try node.span() } != nil, "\(text)")
    }
    #expect(refusal(of: plain("1mo")) { node throws(Misreading) in try node.duration() } != nil)
  }
}
