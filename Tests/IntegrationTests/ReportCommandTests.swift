import Fixtures
import FoundationEssentials
import Host
import Testing

@Suite("steward report")
struct ReportCommandTests {
  @Test("tells what the daemon did, as Markdown, as a page and as the API's answer")
  func report() async throws {
    let scratch = try Scratch()
    try scratch.environment(
      "staging",
      """
      data: synthetic
      instances:
        web: {run: [SCRATCH/bin/web], count: 2, ready after: 100ms}
      budget: {monthly: $500, prices: {web: $3600/h}}
      """)
    try await scratch.start()
    try await eventually("two instances run") { scratch.instances("staging/instances/web").count == 2 }
    #expect(try await scratch.steward("suspend", "staging", "--reason", "a <b>test</b>").isSuccess)
    let markdown = try await scratch.steward("report", "--since", "1h")
    #expect(markdown.isSuccess, "\(markdown.error.text)")
    #expect(
      markdown.output.text.contains("| staging | instances | start | 2 | 0 |"), "\(markdown.output.text)")
    #expect(markdown.output.text.contains("## What ran"))
    // Two of them, a dollar a second each.
    try await eventually("it costs something") {
      let text = try await scratch.steward("report").output.text
      guard let row = text.split(separator: "\n").first(where: { $0.hasPrefix("| staging | \\$") }) else {
        return false
      }
      return !row.hasPrefix("| staging | \\$0.00") && row.contains("web \\$")
    }
    let page = "\(scratch.folder)/week.html"
    #expect(try await scratch.steward("report", "staging", "--html", page).output.text == "wrote \(page)\n")
    let html = String(decoding: try Data(contentsOf: URL(filePath: page)), as: UTF8.self)
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(html.contains("a &lt;b&gt;test&lt;/b&gt;"))
    #expect(!html.contains("<b>"))
    let json = try await scratch.steward("report", "--json")
    #expect(json.output.text.contains("\"environments\":[{"))
    #expect(try await scratch.steward("report", "--json", "--html", page).end == .exited(64))
    let nowhere = try await scratch.steward("report", "--html", "\(scratch.folder)/none/week.html")
    #expect(nowhere.end == .exited(1))
    #expect(nowhere.error.text.contains("cannot write"))
    #expect(try await scratch.steward("report", "dev").error.text.contains("there is no environment dev"))
  }
}
