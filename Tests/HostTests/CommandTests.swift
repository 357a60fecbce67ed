import Fixtures
import Glibc
import Testing

@testable import Host

@Suite("Commands") struct CommandTests {
  private let runner = SubprocessRunner()

  private func shell(_ script: String) -> Command { Command(["/bin/sh", "-c", script]) }

  @Test("a command gets its input, its variables and its folder, and nothing of the daemon's environment")
  func runs() async throws {
    var command = shell("cat; pwd; echo $NAME; env | wc -l")
    command.environment = ["NAME": "value"]
    command.folder = "/usr"
    command.input = Array("secret\n".utf8)
    let result = try await runner.run(command)
    #expect(result.isSuccess)
    let lines = result.output.text.split(separator: "\n").map(String.init)
    #expect(lines.prefix(3) == ["secret", "/usr", "value"])
    #expect((Int(lines.last ?? "") ?? 99) <= 4)
  }

  @Test("a program that is not there, a relative one and a missing folder are errors that say so")
  func cannotStart() async throws {
    await #expect(throws: HostError.self) { try await runner.run(Command(["/no/such/program"])) }
    await #expect(throws: HostError.self) { try await runner.run(Command(["ls"])) }
    await #expect(throws: HostError.self) { try await runner.run(Command(["/bin/true"], folder: "/no/such")) }
  }

  @Test("a command that fails is a result, and its error shows its last lines without the secrets")
  func fails() async throws {
    let command = shell("echo one >&2; echo password hunter22 was refused >&2; exit 3")
    let result = try await runner.run(command)
    #expect(result.end == .exited(3))
    let error = result.failure(of: command, redacting: [Array("hunter22".utf8)]).description
    #expect(error == "run /bin/sh: exited with 3; it said: one | password ••• was refused")
  }

  @Test("output beyond the limit is dropped, counted, and does not block the command")
  func floods() async throws {
    var command = shell("head -c 3000000 /dev/zero; head -c 100 /dev/zero >&2")
    command.outputBytesMax = 1000
    let result = try await runner.run(command)
    #expect(result.isSuccess)
    #expect(result.output.bytes.count == 1000 && result.output.droppedBytes == 2_999_000)
    #expect(!result.error.isTruncated && result.error.bytes.count == 100)
  }

  @Test("a command that ignores SIGTERM is killed after its grace, with everything it started")
  func timesOut() async throws {
    let scratch = ScratchFolder()
    var command = shell(
      "trap '' TERM; sleep 1000 & echo $! > \(scratch.path("pid")); while :; do sleep 1; done")
    command.timeout = .milliseconds(300)
    command.grace = .milliseconds(200)
    let result = try await runner.run(command)
    #expect(result.timedOut && result.end == .signaled(.kill))
    let pid = try #require(Int32(scratch.text("pid")?.dropLast() ?? ""))
    try await eventually { ProcessIdentity(running: pid) == nil }
  }

  @Test("cancelling ends the command, and is not taken for a failure of the command")
  func cancels() async throws {
    let scratch = ScratchFolder()
    let command = shell("echo $$ > \(scratch.path("pid")); exec sleep 1000")
    let task = Task { try await runner.run(command) }
    try await eventually { scratch.text("pid")?.hasSuffix("\n") == true }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let pid = try #require(Int32(scratch.text("pid")?.dropLast() ?? ""))
    #expect(ProcessIdentity(running: pid) == nil)
  }

  @Test("what a command leaves running in its session does not outlive it, and does not keep it waiting")
  func leavesBackground() async throws {
    let scratch = ScratchFolder()
    let result = try await runner.run(shell("sleep 1000 & echo $! > \(scratch.path("pid"))"))
    #expect(result.isSuccess && result.duration < .seconds(30))
    let pid = try #require(Int32(scratch.text("pid")?.dropLast() ?? ""))
    try await eventually { ProcessIdentity(running: pid) == nil }
  }

  @Test("a command that does not read its input is not at fault")
  func ignoresInput() async throws {
    var command = shell("exit 0")
    command.input = [UInt8](repeating: 65, count: 1 << 20)
    #expect(try await runner.run(command).isSuccess)
  }
}
