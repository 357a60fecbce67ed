import ArgumentParser
import Calendar
import Glibc
import Host
import StatusAPI

/// `steward report`: what was done, what waited, what failed and what comes, for people who read no logs.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Tell what was done, what waited, what failed and what comes next.",
    discussion: """
      Prints Markdown. With --html it writes one page with plots instead, which needs nothing but itself: no script, no \
      other file, in light or dark as the reader's browser prefers.
      """)

  @Argument(help: "One environment.", completion: .environment)
  var environment: String?

  @Option(help: ArgumentHelp("How many days back.", valueName: "number"))
  var days = 7

  @Option(
    help: ArgumentHelp(
      "Instead of --days, since when: 08:00 today, 2h ago, 2026-11-20, RFC 3339.", valueName: "moment"))
  var since: PastMoment?

  @Option(
    help: ArgumentHelp("Write a page with plots to this file; - is standard output.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @OptionGroup var client: ClientOptions

  func validate() throws {
    guard (1...366).contains(days) else { throw ValidationError("--days is from 1 to 366") }
    if client.json, html != nil { throw ValidationError("--json and --html are two answers; ask for one") }
  }

  func run() throws {
    let now = SystemClock().now
    let start = try since?.instant(from: now) ?? now - .seconds(Int64(days) * 86_400)
    try client.show(.report(since: start, environment: environment)) { body in
      let report = Report(body, only: environment, in: SystemZones.local)
      guard let html else { return Output.write(Array(report.markdown.utf8)) }
      guard html != "-" else { return Output.write(Array(report.page.utf8)) }
      try write(report.page, to: html)
      print("wrote \(html)")
    }
  }

  /// Beside its name, then over it: whoever reads it sees the old page or the new one, never half of either.
  private func write(_ page: String, to path: String) throws {
    let draft = "\(path).\(getpid())"
    guard let file = fopen(draft, "wxe") else { throw Unwritten(path: path, code: errno) }
    let bytes = Array(page.utf8)
    let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
    guard fclose(file) == 0, isWritten, rename(draft, path) == 0 else {
      let code = errno
      unlink(draft)
      throw Unwritten(path: path, code: code)
    }
  }

  private struct Unwritten: Error, CustomStringConvertible {
    let path: String
    let code: Int32
    var description: String { "cannot write \(path): \(String(cString: strerror(code)))" }
  }
}
