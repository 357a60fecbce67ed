import Calendar
import FoundationEssentials
import Glibc
import Host
import Testing

@testable import steward

@Suite("A report as a page, in a real browser", .enabled(if: Browser.isThere))
struct PageTests {
  private func page() throws -> String {
    Report(Week.eventful.report, only: nil, in: try SystemZones.database.zone("Europe/Berlin")).page
  }

  @Test("draws every plot, and no text stands out of its drawing or over another", arguments: [1100, 420])
  func measures(_ width: Int) async throws {
    let measured = try await Browser().measure(try page(), width: width)
    #expect(measured.plots.count == 5)
    for plot in measured.plots {
      #expect(plot.width >= 600 && plot.height > 60, "\(plot)")
      #expect(plot.marks > 3, "\(plot)")
      #expect(!plot.title.isEmpty && !plot.description.isEmpty)
      #expect(plot.textsOutside == [], "\(plot.title)")
      #expect(plot.textsTouching == [], "\(plot.title)")
    }
    #expect(!measured.scrollsSideways, "the page itself never scrolls sideways, only wide tables do")
    #expect(measured.tables >= 9)
    #expect(measured.sections == measured.headings)
  }

  @Test("shows what came from elsewhere as text, and runs none of it")
  func hostile() async throws {
    let measured = try await Browser().measure(try page(), width: 1100)
    #expect(measured.scripts == 0)
    #expect(measured.text.contains("<script>alert(1)</script>"))
    #expect(!measured.text.contains("\u{202E}"))
  }

  @Test("needs nothing but itself")
  func selfContained() throws {
    let page = try page()
    for forbidden in [
      "<script", "<link", "<img", "<iframe", "src=", "href=", "@import", "url(http", "javascript:",
    ] {
      #expect(!page.replacing("&lt;script", with: "").contains(forbidden), "\(forbidden)")
    }
  }

  @Test("has another look in the dark")
  func dark() async throws {
    let light = try await Browser().measure(try page(), width: 1100)
    let dark = try await Browser().measure(try page(), width: 1100, isDark: true)
    #expect(light.background != dark.background)
    #expect(light.contrast >= 7, "text against page: \(light.contrast)")
    #expect(dark.contrast >= 7, "text against page: \(dark.contrast)")
  }

  @Test("of a week in which nothing happened is a page, too")
  func empty() async throws {
    let report = Report(Week().report, only: nil, in: .utc)
    let measured = try await Browser().measure(report.page, width: 1100)
    #expect(measured.text.contains("Nothing needs anybody's hand now."))
    #expect(measured.plots.map(\.title) == ["What comes"])
  }
}
