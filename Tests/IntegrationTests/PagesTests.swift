import FoundationEssentials
import Glibc
import Host
import Testing

@Suite("The man pages and completions that the package carries", .enabled(if: Tool.has("man", "mandoc")))
struct PagesTests {
  private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "systemd/pages").path()

  /// Runs `systemd/pages` on the programs that were built with this test; the share folder it filled.
  private func pages(_ scratch: Scratch) async throws -> String {
    let binaries = URL(filePath: Scratch.program("steward")).deletingLastPathComponent().path()
    let share = "\(scratch.folder)/share"
    let result = try await run([PagesTests.script, binaries, share], ["SOURCE_DATE_EPOCH": "1795478400"])
    #expect(result.isSuccess, "\(result.error.text)")
    return share
  }

  private func run(_ words: [String], _ extra: [String: String] = [:]) async throws -> CommandResult {
    let environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"].merging(extra) { $1 }
    return try await SubprocessRunner().run(
      Command(["/usr/bin/env"] + words, environment: environment, timeout: .seconds(60)))
  }

  @Test(
    "say nothing that man, groff or mandoc would warn of",
    arguments: ["man/man1/steward.1.gz", "man/man8/stewardd.8.gz"])
  func lint(_ name: String) async throws {
    let scratch = try Scratch()
    let page = "\(try await pages(scratch))/\(name)"
    let linted = try await run(["mandoc", "-T", "lint", "-W", "style", page])
    #expect(linted.isSuccess, "\(linted.output.text)\(linted.error.text)")
    let shown = try await run(
      ["man", "--warnings=w", "--local-file", page], ["MANWIDTH": "80", "PAGER": "cat", "MANPAGER": "cat"])
    #expect(shown.isSuccess)
    #expect(shown.error.text == "")
    #expect(shown.output.text.contains("SEE ALSO"))
  }

  @Test("name every command and every option that --help names")
  func complete() async throws {
    let scratch = try Scratch()
    let share = try await pages(scratch)
    for (program, page) in [("steward", "man1/steward.1.gz"), ("stewardd", "man8/stewardd.8.gz")] {
      let shown = try await run(
        ["man", "--local-file", "\(share)/man/\(page)"],
        ["MANWIDTH": "200", "PAGER": "cat", "MANPAGER": "cat"])
      let text = shown.output.text
      let commands = try await commandLines(program)
      #expect(commands.count >= 3)
      for (words, options) in commands {
        #expect(text.contains("\n   \(words)\n"), "\(page) has no section for `\(words)`")
        for option in options { #expect(text.contains(option), "\(page): \(words) \(option)") }
      }
    }
  }

  /// Each command of a program as a person types it, and the long options that its help lists.
  private func commandLines(_ program: String) async throws -> [(words: String, options: [String])] {
    var found: [(String, [String])] = []
    var open = [[String]()]
    while let path = open.popLast() {
      let help = try await SubprocessRunner().run(Command([Scratch.program(program), "help"] + path))
      let lines = help.output.text.split(separator: "\n").map(String.init)
      // `  events list (default)     Show …`, indented by two.
      let subcommands = lines.drop { !$0.hasSuffix("SUBCOMMANDS:") && !$0.hasSuffix("stands:") }
      let names = subcommands.compactMap { line -> (String, Bool)? in
        guard line.hasPrefix("  "), !line.hasPrefix("   "), !line.hasPrefix("  See ") else { return nil }
        let words = line.split(separator: " ")
        return (String(words[0]), words.count > 1 && words[1] == "(default)")
      }
      if names.isEmpty {
        let options = lines.filter { $0.hasPrefix("  -") }.flatMap {
          $0.split(whereSeparator: { " ,".contains($0) })
        }
        .filter { $0.hasPrefix("--") }.map(String.init)
        let shown = path == ["events", "list"] ? ["events"] : path == ["run"] ? [] : path
        found.append((([program] + shown).joined(separator: " "), options))
      }
      for (name, _) in names where name != "help" { open.append(path + [name]) }
    }
    return found
  }

  @Test("are the same bytes each time, so that equal packages are equal files")
  func reproducible() async throws {
    let (one, other) = (try Scratch(), try Scratch())
    let result = try await run(["diff", "--recursive", try await pages(one), try await pages(other)])
    #expect(result.isSuccess, "\(result.output.text)")
  }
}
