import Fixtures
import FoundationEssentials
import Glibc
import Host
import Testing

@Suite("steward status --watch, at a terminal")
struct WatchTests {
  private static let environment = """
    data: synthetic
    instances:
      web: {run: [SCRATCH/bin/web], count: 1, ready after: 100ms}
    """

  private func watching(_ scratch: Scratch, _ extra: String..., rows: UInt16 = 40) throws -> Pty {
    try Pty(
      [Scratch.program("steward"), "status", "--watch"] + extra,
      environment: ["STEWARD_SOCKET": scratch.socket, "TERM": "xterm", "PATH": "/usr/bin:/bin"], columns: 100,
      rows: rows)
  }

  private static let begin = "\u{1B}[?2026h"
  private static let end = "\u{1B}[?2026l"

  /// The drawings so far, each from home to the erasing of all below it.
  private func frames(_ terminal: Pty) -> [Substring] {
    // Before the first beginning stands at most the end of a drawing that was forgotten.
    terminal.text.split(separator: WatchTests.begin, omittingEmptySubsequences: false).dropFirst()
      .filter { $0.contains(WatchTests.end) }
  }

  @Test("draws whole frames over each other, clears nothing, and follows what happens")
  func frames() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", WatchTests.environment)
    try await scratch.start()
    let terminal = try watching(scratch)
    try await eventually("it shows the instance") { terminal.text.contains("1 of 1") }
    #expect(try await scratch.steward("suspend", "staging", "--reason", "a test").isSuccess)
    try await eventually("it shows the suspension") { terminal.text.contains("suspend  staging") }
    terminal.forget()
    terminal.resize(columns: 60, rows: 12)
    try await eventually("it draws anew for another window") { !self.frames(terminal).isEmpty }
    #expect(try await scratch.steward("resume", "staging").isSuccess)
    try await eventually("the suspension is gone") {
      self.frames(terminal).last.map { !$0.contains("suspend  staging") } == true
    }
    for frame in frames(terminal) {
      #expect(frame.hasPrefix("\u{1B}[?25l\u{1B}[?7l\u{1B}[H"), "each begins at home")
      #expect(frame.contains("ENVIR"), "and is whole, cut to the window")
      let drawn = frame.split(separator: WatchTests.end)[0]
      #expect(drawn.hasSuffix("\u{1B}[J"), "and erases what is left below")
      let lines = drawn.split(separator: "\r\n")
      #expect(lines.count <= 12)
      for line in lines.dropLast() { #expect(line.hasSuffix("\u{1B}[K"), "\(line.debugDescription)") }
    }
    for clearing in ["\u{1B}[2J", "\u{1B}[3J", "\u{1B}c", "\u{1B}[?1049h"] {
      #expect(!terminal.text.contains(clearing))
    }
  }

  @Test("leaves the terminal as it was", arguments: ["\u{3}", "q"])
  func restores(_ key: String) async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", WatchTests.environment)
    try await scratch.start()
    let terminal = try watching(scratch)
    try await eventually("it draws") { !self.frames(terminal).isEmpty }
    #expect(!terminal.isCooked)
    terminal.type(key)
    #expect(try await terminal.ended() == 0)
    #expect(terminal.isCooked)
    #expect(terminal.text.hasSuffix("\u{1B}[?7h\u{1B}[?25h\r\n"), "lines wrap and the cursor is seen again")
  }

  @Test("says that the daemon is gone, shows what was last known, and goes on when it is back")
  func reconnects() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", WatchTests.environment)
    try await scratch.start()
    let terminal = try watching(scratch)
    try await eventually("it shows the instance") { terminal.text.contains("1 of 1") }
    try await scratch.end(SIGKILL)
    try await eventually("it says so") {
      self.frames(terminal).last.map { $0.contains("not up to date since") && $0.contains("staging") } == true
    }
    try await scratch.start()
    try await eventually("it is up to date again") {
      self.frames(terminal).last.map { !$0.contains("not up to date") && $0.contains("1 of 1") } == true
    }
  }

  @Test("is as high as the window, and says what is not seen")
  func small() async throws {
    let scratch = try Scratch()
    for name in ["a", "b", "c", "d", "e", "f"] { try scratch.environment(name, "data: synthetic") }
    try await scratch.start()
    let terminal = try watching(scratch, rows: 5)
    try await eventually("it draws what fits") { terminal.text.contains("3 more lines") }
    #expect(frames(terminal).last?.split(separator: "\r\n").count == 5)
  }

  @Test("where the output is no terminal, is a line of JSON for each change")
  func lines() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", WatchTests.environment)
    try await scratch.start()
    let terminal = try watching(scratch, "--json")
    try await eventually("the first status") { terminal.text.contains("\"name\":\"web\"") }
    terminal.forget()
    #expect(try await scratch.steward("suspend", "staging", "--reason", "a test").isSuccess)
    try await eventually("the next one") { terminal.text.contains("\"kind\":\"suspend\"") }
    for line in terminal.text.split(separator: "\r\n").dropLast() {
      #expect((try? JSONSerialization(String(line))) != nil, "\(line)")
    }
    terminal.type("\u{3}")
    _ = try await terminal.ended()
  }

  /// Whether a text is one JSON object.
  private struct JSONSerialization: Decodable {
    let at: String
    init(_ text: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(text.utf8)) }
  }
}
