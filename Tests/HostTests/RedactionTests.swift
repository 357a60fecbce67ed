import Testing

@testable import Host

@Suite("Secrets in what other programs say")
struct RedactionTests {
  private let secret = "s3cretValueOfFortyLettersThatNobodyKnows"

  private func shown(_ text: String, without secrets: [String]? = nil) -> [String] {
    Redaction.lines(
      of: Array(text.utf8), without: (secrets ?? [secret]).map { Array($0.utf8) })
  }

  @Test(
    "a value is masked however it is spread: in UTF-16, with DEL, a zero width or a colour between its letters"
  )
  func spread() {
    for between in ["\0", "\u{7F}", "\u{200B}", "\u{AD}", "\r", "\u{1B}"] {
      let text = "key: " + secret.map { "\($0)" }.joined(separator: between) + " end"
      #expect(shown(text) == ["key: ••• end"], "\(between.unicodeScalars.map(\.value))")
    }
  }

  @Test("of a value at which a line was cut off, the beginning is masked")
  func cut() {
    for length in 8..<secret.count {
      #expect(shown("key: \(secret.prefix(length))") == ["key: •••"])
    }
    #expect(shown("key: \(secret.prefix(20))\nmore") == ["key: •••", "more"])
    #expect(shown("a longer line that ends in s3c") == ["a longer line that ends in s3c"])
    #expect(shown("abcdefgh", without: ["abcdefgh", "gh12"]) == ["•••"])
    #expect(shown("ends in pass", without: ["passwd"]) == ["ends in •••"])
  }

  @Test("a secret of several lines is masked as one, and lines of nothing that is seen are left out")
  func lines() {
    #expect(
      shown("a\nfirst line\nsecond line\nb", without: ["first line\nsecond line"]) == ["a", "•••", "b"])
    #expect(shown("a\n\u{7}\u{1B}\n\r\nb") == ["a", "b"])
  }
}
