import Calendar
import FoundationEssentials
import Glibc
import Host
import Reconciliation
import Testing

@Suite("steward calendar")
struct CalendarCommandTests {
  private static let expressions = [
    "Mon..Fri 08:00", "hourly", "*-*~1 03:00", "Mon *-05~07/1", "*:0/15", "2020-01-01", "Sat,Sun 22:30:15",
    "*-*-* 02:30:00", "yearly",
  ]

  @Test(
    "prints what systemd-analyze prints", arguments: expressions,
    ["UTC", "Europe/Berlin", "Australia/Lord_Howe"])
  func sameText(_ expression: String, _ zone: String) async throws {
    let runner = SubprocessRunner()
    let theirs = try await runner.run(
      Command(
        ["/usr/bin/systemd-analyze", "calendar", "--iterations=4", expression], environment: ["TZ": zone]))
    let ours = try await runner.run(
      Command([Scratch.program("steward"), "calendar", "--count", "4", "--zone", zone, expression]))
    #expect(lines(ours) == lines(theirs))
  }

  @Test("--json is an array of RFC 3339 instants, and a mistake says what was meant")
  func json() async throws {
    let runner = SubprocessRunner()
    let fires = try await runner.run(
      Command([
        Scratch.program("steward"), "calendar", "daily", "--json", "--count", "2", "--zone", "UTC", "--after",
        "2026-02-28T12:00:00Z",
      ]))
    #expect(fires.output.text == "[\"2026-03-01T00:00:00Z\",\"2026-03-02T00:00:00Z\"]\n")
    let refused = try await runner.run(Command([Scratch.program("steward"), "calendar", "Mun 08:00"]))
    #expect(!refused.isSuccess)
    #expect(refused.error.text.contains("Mon"), "\(refused.error.text)")
  }

  /// Every line but the distances from a now that two processes do not share.
  private func lines(_ result: CommandResult) -> [String] {
    (result.output.text + result.error.text).split(separator: "\n").map(String.init)
      .filter { !$0.contains("From now") && !$0.contains("Original form") }
  }
}
