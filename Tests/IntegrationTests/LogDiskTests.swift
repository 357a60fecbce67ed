import Fixtures
import Glibc
import Host
import Testing

/// The daemon's own process on a disk whose answers `strace` replaces.
@Suite("The event log of a real daemon")
struct LogDiskTests {
  static let strace = "/usr/bin/strace"
  static let isTraceable = access(strace, X_OK) == 0

  @Test(
    "a daemon whose disk does not take a write ends, and the next start has all that was acknowledged",
    .enabled(if: isTraceable || getenv("CI") != nil, "needs strace"))
  func failedSync() async throws {
    let scratch = try Scratch()
    try await scratch.start()
    let checkpoint = try await scratch.steward("events", "checkpoint")
    #expect(checkpoint.isSuccess, "\(checkpoint.error.text)")

    let daemon = try #require(scratch.daemon)
    let trace = scratch.folder + "/trace"
    let command = Command(
      [
        LogDiskTests.strace, "-f", "-qq", "-o", trace, "-p", "\(daemon)", "-P",
        "\(scratch.state)/events.sqlite-wal", "-e", "trace=fsync,fdatasync", "-e",
        "inject=fsync,fdatasync:error=EIO",
      ], timeout: .seconds(60))
    let strace = Task { try await SubprocessRunner().run(command) }
    try await eventually("each of its threads is traced") {
      try PlainFile.names(in: "/proc/\(daemon)/task").allSatisfy { thread in
        text("/proc/\(daemon)/task/\(thread)/status")?.contains("TracerPid:\t0") == false
      }
    }
    try scratch.environment("staging", "instances: {}")
    let status = try await scratch.waitForDaemon()
    _ = try await strace.value
    #expect(status != 0)
    #expect(scratch.said.contains("event log is lost"), "\(scratch.said)")
    #expect(text(trace)?.contains("INJECTED") == true)

    try await scratch.start()
    let verified = try await scratch.steward("events", "verify", "--checkpoint", checkpoint.output.text)
    #expect(verified.isSuccess, "\(verified.output.text)\(verified.error.text)")
    #expect(verified.output.text.contains("as the checkpoint says"), "\(verified.output.text)")
    try await scratch.end(SIGTERM)
  }

  @Test(
    "the first start makes the state folder's own entry durable before it acknowledges anything in it",
    .enabled(if: isTraceable || getenv("CI") != nil, "needs strace"))
  func newFolder() async throws {
    let scratch = try Scratch()
    let (trace, state) = (scratch.folder + "/trace", scratch.folder + "/new")
    let command = Command(
      [
        LogDiskTests.strace, "-f", "-y", "-o", trace, "-e", "trace=fsync,fdatasync",
        Scratch.program("stewardd"), "--config", scratch.config, "--state", state, "--socket",
        scratch.socket,
      ], timeout: .seconds(60))
    let running = Task { try await SubprocessRunner().run(command) }
    try await eventually("the daemon answers") { try await scratch.steward("version", "--json").isSuccess }
    let status = try await scratch.steward("status", "--json").output.text
    let number = try #require(status.firstMatch(of: /"pid" ?: ?([0-9]+)/)?.1)
    let daemon = try #require(pid_t(number))
    kill(daemon, SIGTERM)
    _ = try await running.value
    let lines = try #require(text(trace)).split(separator: "\n")
    let folder = try #require(lines.firstIndex { $0.contains("<\(scratch.folder)>") && $0.hasSuffix("= 0") })
    let event = try #require(lines.firstIndex { $0.contains("/events.sqlite-wal>") })
    #expect(folder < event)
  }

  @Test("a log that was put back, with a checkpoint from before, is told from the one that went on")
  func putBack() async throws {
    let scratch = try Scratch()
    try await scratch.start()
    try await scratch.end(SIGTERM)
    let log = "\(scratch.state)/events.sqlite"
    #expect(access(log + "-wal", F_OK) != 0, "a part of the log is in another file")
    let copy = try await SubprocessRunner().run(Command(["/bin/cp", log, scratch.folder + "/older"]))
    #expect(copy.isSuccess)
    try await scratch.start()
    let noted = try await scratch.steward("events", "checkpoint").output.text
    try scratch.write("noted", "# from another machine\n\n\(noted)")
    try await scratch.end(SIGTERM)
    let file = scratch.folder + "/noted"
    #expect(
      try await scratch.steward("events", "verify", "--log", log, "--checkpoint", file).end == .exited(0))
    let older = scratch.folder + "/older"
    #expect(try await scratch.steward("events", "verify", "--log", older).end == .exited(0))
    let found = try await scratch.steward("events", "verify", "--log", older, "--checkpoint", file)
    #expect(
      found.end == .exited(2) && found.output.text.contains("by the checkpoint"), "\(found.output.text)")
    let mistyped = try await scratch.steward("events", "verify", "--log", older, "--checkpoint", "v1 17 abc")
    #expect(mistyped.end == .exited(1) && mistyped.error.text.contains("steward events checkpoint"))
  }

  private func text(_ path: String) -> String? {
    let bytes = try? PlainFile.read(path, bytesMax: 1 << 20)
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }
}
