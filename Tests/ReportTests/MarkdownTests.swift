import Calendar
import FoundationEssentials
import Host
import Testing

@testable import steward

@Suite("A report as Markdown")
struct MarkdownTests {
  private static let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "week.md")

  @Test("of a known week is as it was approved; STEWARD_REWRITE_GOLDEN=1 writes it anew")
  func golden() throws {
    let zone = try SystemZones.database.zone("Europe/Berlin")
    let markdown = Report(Week.eventful.report, only: nil, in: zone).markdown
    if ProcessInfo.processInfo.environment["STEWARD_REWRITE_GOLDEN"] == "1" {
      try Data(markdown.utf8).write(to: MarkdownTests.golden)
    }
    let approved = try Data(contentsOf: MarkdownTests.golden)
    #expect(markdown == String(decoding: approved, as: UTF8.self))
  }

  @Test("keeps what came from elsewhere on its line and in its cell")
  func hostile() {
    let escaped = Week.hostile.markdown
    #expect(!escaped.contains("\n"))
    #expect(!escaped.contains("\u{1B}"))
    #expect(!escaped.contains("\u{202E}"))
    for sign in ["|", "<", ">", "*", "`", "[", "]"] {
      #expect(!escaped.replacing("\\\(sign)", with: "").contains(sign), "\(escaped)")
    }
    #expect("API_KEY and _x_".markdown == "API_KEY and \\_x\\_")
  }

  @Test("of a week in which nothing happened says so")
  func empty() {
    let markdown = Report(Week().report, only: nil, in: .utc).markdown
    #expect(markdown.contains("Nothing needs anybody's hand now."))
    #expect(markdown.contains("Nothing had to be done."))
  }
}
