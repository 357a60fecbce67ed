import Fixtures
import FoundationEssentials
import Glibc
import Host
import Reconciliation
import Testing

private let one = """
  data: synthetic
  instances:
    web: {run: [SCRATCH/bin/web], ready after: 100ms, stop within: 1s}
  """

@Suite("Faults", .serialized)
struct FaultTests {
  @Test(
    "a broken file leaves the last good one in force, over a restart too, and says where the mistakes are")
  func brokenFile() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", one)
    try await scratch.start()
    try await eventually("it runs") { scratch.instances("staging/instances/web").count == 1 }
    try scratch.environment("staging", one.replacing("run:", with: "rnu:"))
    try await eventually("the refusal is shown") {
      let status = try await scratch.steward("status").output.text
      return status.contains("environments/staging.yaml:5:9") && status.contains("run")
    }
    try await scratch.end(SIGKILL)
    try await scratch.start()
    let killed = scratch.instances("staging/instances/web")
    kill(killed[0], SIGKILL)
    try await eventually("the last good version is still kept") {
      let now = scratch.instances("staging/instances/web")
      return now.count == 1 && now != killed
    }
    #expect(try await scratch.steward("status").output.text.contains("refused"))
    try scratch.environment("staging", one)
    try await eventually("the mended file is in force") {
      try await !scratch.steward("status").output.text.contains("refused")
    }
  }

  @Test("the next start does not write a last good version again that is kept already; an edit is kept")
  func keptAlready() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", one)
    // Another file takes the place of one that is written.
    func inode() throws -> UInt64 {
      var status = stat()
      try #require(stat("\(scratch.state)/adopted/staging.yaml", &status) == 0)
      return UInt64(status.st_ino)
    }
    try await scratch.start()
    try await eventually("it is kept") { access("\(scratch.state)/adopted/staging.yaml", F_OK) == 0 }
    let first = try inode()
    try await scratch.end(SIGTERM)
    try await scratch.start()
    #expect(try inode() == first)
    try scratch.environment("staging", one.replacing("within: 1s", with: "within: 2s"))
    try await eventually("the edit is kept") { try inode() != first }
  }

  @Test("an instance that writes over its environment is the same one after the daemon was killed")
  func overwritten() async throws {
    let scratch = try Scratch()
    try scratch.write(
      "bin/titled",
      """
      #!/usr/bin/perl
      $0 = 'titled: ' . 'x' x 9000;
      open my $file, '>', "SCRATCH/titled-$$" or die; close $file;
      sleep 1 while 1;
      """.replacing("SCRATCH", with: scratch.folder), mode: 0o755)
    try scratch.environment(
      "staging",
      "data: synthetic\ninstances:\n  web: {run: [SCRATCH/bin/titled], count: 2, ready after: 100ms, stop within: 1s}"
    )
    func started() throws -> Set<String> {
      Set(try PlainFile.names(in: scratch.folder).filter { $0.hasPrefix("titled-") })
    }
    func running() -> [pid_t] {
      ((try? started()) ?? []).compactMap { pid_t($0.dropFirst(7)) }.filter { kill($0, 0) == 0 }.sorted()
    }
    defer { for pid in running() { kill(-pid, SIGKILL) } }
    try await scratch.start()
    try await eventually("two run and are ready") {
      let status = try await scratch.steward("status").output.text
      return running().count == 2 && status.contains("2 of 2")
    }
    let before = running()
    #expect(scratch.instances("staging/instances/web").isEmpty, "their environment still tells of them")
    try await scratch.end(SIGKILL)
    try await scratch.start()
    try await eventually("both are known again, with what they were started with") {
      try await scratch.steward("status").output.text.contains("2 of 2")
    }
    #expect(try await scratch.steward("plan").end == .exited(0))
    #expect(running() == before)
    #expect(try started().count == 2)
    try scratch.environment(
      "staging", "data: synthetic\ninstances:\n  web: {run: [SCRATCH/bin/titled], count: 0}")
    try await eventually("both are ended, as written") { running().isEmpty }
  }

  @Test("a file that is gone releases its environment, a folder that is gone changes nothing")
  func gone() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", one)
    try await scratch.start()
    try await eventually("it runs") { scratch.instances("staging/instances/web").count == 1 }
    rename("\(scratch.config)/environments", "\(scratch.config)/elsewhere")
    try await eventually("the folder is missed") {
      try await scratch.steward("status").output.text.contains("environments")
    }
    let killed = scratch.instances("staging/instances/web")
    kill(killed[0], SIGKILL)
    try await eventually("it is kept all the same") {
      let now = scratch.instances("staging/instances/web")
      return now.count == 1 && now != killed
    }
    rename("\(scratch.config)/elsewhere", "\(scratch.config)/environments")
    unlink("\(scratch.config)/environments/staging.yaml")
    try await eventually("it is released") {
      try await scratch.steward("status").output.text.contains("released")
    }
    #expect(scratch.instances("staging/instances/web").count == 1)
  }

  @Test(
    "half of a file that is written in place is never in force: what waits for an approval goes on waiting")
  func halfWritten() async throws {
    let scratch = try Scratch()
    try scratch.write(
      "config/steward.yaml", "socket: \(scratch.socket)\nroles:\n  boss: {users: [nobody]}\n")
    func text(_ letter: String) -> String {
      """
      environment: prod
      data: synthetic
      timezone: UTC
      access: {approve: [boss]}
      instances:
        web: {run: [\(scratch.folder)/bin/web], variables: {A: "\(letter)"}, ready after: 100ms, stop within: 2s}
      guard: {disruptive: 1 boss, destructive: 1 boss}

      """
    }
    let file = "\(scratch.config)/environments/prod.yaml"
    Bytes.write(text("1").utf8, to: file, mode: 0o644)
    try await scratch.start()
    try await eventually("it runs") { scratch.instances("prod/instances/web").count == 1 }
    let before = scratch.instances("prod/instances/web")
    Bytes.write(text("2").utf8, to: file, mode: 0o644)
    try await eventually("the restart waits for a boss") {
      try await scratch.steward("status").output.text.contains("need an approval by a boss")
    }
    // As a slow copy of the same file writes it: without its last line for a second, five times.
    let whole = Array(text("2").utf8)
    let cut = whole.firstRange(of: Array("guard:".utf8))?.lowerBound ?? 0
    for _ in 0..<5 {
      Bytes.write(whole[..<cut], to: file, mode: 0o644)
      try await Task.sleep(for: .seconds(1))
      Bytes.write(whole, to: file, mode: 0o644)
      try await Task.sleep(for: .milliseconds(300))
    }
    #expect(scratch.instances("prod/instances/web") == before)
    let events = try await scratch.steward("events", "--json").output.text
    #expect(!events.contains("instances.restart.intended"))
    #expect(try await scratch.steward("status").output.text.contains("need an approval by a boss"))
  }

  @Test("a file that is removed and written anew, as `git checkout` does, is an edit like any other")
  func writtenAnew() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", one)
    try await scratch.start()
    try await eventually("it runs") { scratch.instances("staging/instances/web").count == 1 }
    let path = "\(scratch.config)/environments/staging.yaml"
    for count in [2, 3] {
      // Gone, then there and empty: the daemon, which looks at once, sees either.
      unlink(path)
      if count == 3 { close(creat(path, 0o644)) }
      try await SystemClock().sleep(for: .milliseconds(50))
      try scratch.environment("staging", one.replacing("run:", with: "count: \(count), run:"))
      try await eventually("\(count) run") { scratch.instances("staging/instances/web").count == count }
    }
    let events = try await scratch.steward("events", "--limit", "1000").output.text
    #expect(events.contains("files.adopted"), "\(events)")
    #expect(!events.contains("files.released") && !events.contains("files.refused"), "\(events)")
  }

  @Test("a second daemon is refused: by the state folder, and by the socket of a live one")
  func second() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", one)
    try await scratch.start()
    #expect(try await scratch.wait(try scratch.spawn()) != 0)
    let other = try Scratch()
    let pid = try other.spawn(extra: ["--socket", scratch.socket])
    #expect(try await other.wait(pid) != 0)
    #expect(other.said.contains("already"), "\(other.said)")
    #expect(try await scratch.steward("version", "--json").isSuccess)
  }

  @Test("a corrupted event log stops the start, says how to go on, and nothing is lost")
  func corrupted() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", one)
    try await scratch.start()
    try await eventually("it runs") { scratch.instances("staging/instances/web").count == 1 }
    try await scratch.end(SIGTERM)
    let log = "\(scratch.state)/events.sqlite"
    let edit = try await SubprocessRunner().run(
      Command([
        "/usr/bin/sqlite3", log,
        "PRAGMA writable_schema=ON; DELETE FROM sqlite_master WHERE type='trigger'; PRAGMA writable_schema=OFF;",
      ]))
    #expect(edit.isSuccess, "\(edit.error.text)")
    _ = try await SubprocessRunner().run(
      Command(["/usr/bin/sqlite3", log, "UPDATE events SET message='nothing happened' WHERE sequence=2;"]))
    let before = try Data(contentsOf: URL(filePath: log))
    let pid = try scratch.spawn()
    #expect(try await scratch.wait(pid) != 0)
    #expect(scratch.said.contains("events verify"), "\(scratch.said)")
    #expect(try Data(contentsOf: URL(filePath: log)) == before)
    #expect(try await scratch.steward("events", "verify", "--log", log).end == .exited(2))
  }

  @Test("a caller without a role sees nothing and does nothing, and the log says that it knocked")
  func withoutRole() async throws {
    try #require(geteuid() == 0 || getenv("CI") == nil, "in CI the tests run as root")
    guard geteuid() == 0 else { return }
    let scratch = try Scratch()
    try scratch.environment("staging", one)
    try await scratch.start()
    let refused = try await SubprocessRunner().run(
      Command([
        "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/curl", "-s", "-o",
        "/dev/null",
        "-w", "%{http_code}", "--unix-socket", scratch.socket, "http://steward/v1/status",
      ]))
    #expect(refused.output.text == "403", "\(refused.output.text) \(refused.error.text)")
    let events = try await scratch.steward("events", "--kind", "denied", "--json").output.text
    #expect(events.contains("nobody"))
  }

  @Test("a full disk stops effects and not answers, and what was promised is there when there is room again")
  func fullDisk() async throws {
    try #require(geteuid() == 0 || getenv("CI") == nil, "in CI the tests run as root")
    guard geteuid() == 0 else { return }
    let scratch = try Scratch()
    let mounted = try await SubprocessRunner().run(
      Command(["/usr/bin/mount", "-t", "tmpfs", "-o", "size=3m,mode=0700", "tmpfs", scratch.state]))
    try #require(mounted.isSuccess, "\(mounted.error.text)")
    defer { umount2(scratch.state, Int32(MNT_DETACH)) }
    try scratch.environment("staging", one)
    try await scratch.start()
    try await eventually("it runs") { scratch.instances("staging/instances/web").count == 1 }
    try Data(count: 8 << 20).write(toFill: "\(scratch.state)/ballast")
    var refused = ""
    try await eventually("a request is refused for want of room") {
      let answer = try await scratch.steward("reconcile", "staging")
      refused = answer.error.text + answer.output.text
      return !answer.isSuccess
    }
    #expect(refused.contains("full") || refused.contains("space"), "\(refused)")
    #expect(try await scratch.steward("status").isSuccess)
    unlink("\(scratch.state)/ballast")
    try await eventually("requests are taken again") {
      try await scratch.steward("reconcile", "staging").isSuccess
    }
    #expect(try await scratch.steward("events", "verify").isSuccess)
    try await scratch.end(SIGTERM)
  }

  @Test("instances that ignore SIGTERM, fork, flood or die at once are dealt with, and the others go on")
  func difficultChildren() async throws {
    let scratch = try Scratch()
    try scratch.write("bin/stubborn", "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 1; done\n", mode: 0o755)
    try scratch.write("bin/forks", "#!/bin/sh\nsleep 1000 &\nsleep 1000 &\nwait\n", mode: 0o755)
    try scratch.write("bin/floods", "#!/bin/sh\nexec yes a line that never ends to come\n", mode: 0o755)
    try scratch.write("bin/dies", "#!/bin/sh\necho no database here\nexit 3\n", mode: 0o755)
    func written(_ count: Int) -> String {
      ["stubborn", "forks", "floods", "dies"].reduce(into: "data: synthetic\ninstances:\n") { text, name in
        text +=
          "  \(name): {run: [SCRATCH/bin/\(name)], count: \(count), ready after: 100ms, stop within: 500ms}\n"
      }
    }
    try scratch.environment("dev", written(1))
    try await scratch.start()
    for name in ["stubborn", "forks", "floods"] {
      try await eventually("\(name) runs") { scratch.instances("dev/instances/\(name)").count == 1 }
    }
    try await eventually("the crash loop is found, with the last words") {
      let status = try await scratch.steward("why", "dev/instances/dies").output.text
      return status.contains("no database here")
    }
    let forker = scratch.instances("dev/instances/forks")[0]
    try scratch.environment("dev", written(0))
    for name in ["stubborn", "forks", "floods", "dies"] {
      try await eventually("\(name) has ended") { scratch.instances("dev/instances/\(name)").isEmpty }
    }
    try await eventually("what it forked has ended too") { kill(-forker, 0) != 0 }
    #expect(try folderBytes("\(scratch.state)/output") < 64 << 20)
    #expect(try await scratch.steward("status").isSuccess)
  }

  @Test("oversize and malformed requests are answered with 4xx or closed, and the daemon goes on")
  func malformed() async throws {
    let scratch = try Scratch()
    try scratch.environment("dev", one)
    try await scratch.start()
    let huge = try await SubprocessRunner().run(
      Command(
        [
          "/usr/bin/curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket", scratch.socket,
          "--data-binary", "@-", "http://steward/v1/requests/reconcile",
        ], input: [UInt8](repeating: 65, count: 8 << 20)))
    #expect(["413", "400", "000"].contains(huge.output.text), "\(huge.output.text)")
    let broken = try await SubprocessRunner().run(
      Command(
        [
          "/usr/bin/curl", "-s", "-w", "%{http_code}", "--unix-socket", scratch.socket, "-d",
          "{\"scope\": 12",
          "http://steward/v1/requests/reconcile",
        ]))
    #expect(broken.output.text.hasSuffix("400"), "\(broken.output.text)")
    #expect(try await scratch.steward("status").isSuccess)
  }

  private func folderBytes(_ path: String) throws -> Int {
    try FileManager.default.subpathsOfDirectory(atPath: path).reduce(0) { sum, name in
      var status = stat()
      return stat("\(path)/\(name)", &status) == 0 ? sum + Int(status.st_size) : sum
    }
  }
}

extension Data {
  /// Writes as much as fits.
  fileprivate func write(toFill path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    guard descriptor >= 0 else { throw HostError("open", path, code: errno) }
    defer { close(descriptor) }
    let chunk = [UInt8](repeating: 1, count: 4096)
    while write(chunk, to: descriptor) == chunk.count {}
    while write([1], to: descriptor) == 1 {}
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32) -> Int {
    Glibc.write(descriptor, bytes, bytes.count)
  }
}
