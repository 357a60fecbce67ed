import FoundationEssentials
import Glibc
import Host
import Testing

@Suite("What needs no running daemon")
struct OfflineTests {
  @Test("steward check is stewardd check, to the byte and the exit status")
  func check() async throws {
    let scratch = try Scratch()
    try scratch.environment("dev", "data: synthetic\ninstances:\n  web: {run: [SCRATCH/bin/web], cuont: 2}\n")
    for extra in [[], ["--json"]] {
      let asked = try await scratch.steward(["check", "--config", scratch.config] + extra)
      let done = try await SubprocessRunner().run(
        Command([Scratch.program("stewardd"), "check", "--config", scratch.config] + extra))
      #expect(asked.end == .exited(2))
      #expect(done.end == .exited(2))
      #expect(asked.output.text == done.output.text)
      #expect(asked.output.text.contains("cuont"), "\(asked.output.text)\(asked.error.text)")
    }
    try scratch.environment("dev", "data: synthetic\ninstances:\n  web: {run: [SCRATCH/bin/web], count: 2}\n")
    #expect(try await scratch.steward("check", "--config", scratch.config).isSuccess)
  }

  @Test("without a stewardd beside it, steward says what is missing")
  func alone() async throws {
    let scratch = try Scratch()
    let alone = "\(scratch.folder)/bin/steward"
    try FileManager.default.copyItem(atPath: Scratch.program("steward"), toPath: alone)
    let result = try await SubprocessRunner().run(Command([alone, "check", "--config", scratch.config]))
    #expect(result.end == .exited(1))
    #expect(
      result.error.text.contains("\(scratch.folder)/bin/stewardd: No such file"), "\(result.error.text)")
  }

  @Test("a link to steward finds the stewardd beside the program, not beside the link")
  func linked() async throws {
    let scratch = try Scratch()
    let link = "\(scratch.folder)/bin/steward"
    #expect(symlink(Scratch.program("steward"), link) == 0)
    let result = try await SubprocessRunner().run(Command([link, "check", "--config", scratch.config]))
    #expect(result.isSuccess, "\(result.error.text)")
  }
}
