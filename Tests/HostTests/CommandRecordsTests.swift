import CLinux
import Fixtures
import Glibc
import Testing

@testable import Host

@Suite("Commands that a killed daemon left running")
struct CommandRecordsTests {
  /// A shell in a session of its own, as a daemon starts it that does not live to see its end.
  private func orphan(_ script: String, mark: String) throws -> ProcessIdentity {
    let nothing = open("/dev/null", O_RDWR)
    defer { close(nothing) }
    var pid: pid_t = 0
    let result = CStrings.with(["/bin/sh", "-c", script]) { arguments in
      CStrings.with(["PATH=\(Command.defaultPath)", "\(CommandRecords.variable)=\(mark)"]) { environment in
        clinux_spawn_session(&pid, "/bin/sh", arguments, environment, "/", nothing, nothing)
      }
    }
    guard result == 0 else { throw Errno(code: result) }
    return try #require(ProcessIdentity(running: pid))
  }

  @Test("are ended by the next, with what they started, and one that had ended leaves its service running")
  func left() async throws {
    let folder = ScratchFolder()
    let before = try CommandRecords(stateFolder: folder.path)
    let cut = try before.begin()
    let done = try before.begin()
    before.end(done)
    let obstinate = try orphan("trap '' TERM; sleep 100 & wait; sleep 100", mark: cut.mark)
    let service = try orphan("exec sleep 100", mark: done.mark)
    defer {
      for process in [obstinate, service] {
        _ = try? process.signal(.kill)
        waitpid(process.pid, nil, 0)
      }
    }
    try await eventually { ProcessTable.children(of: obstinate.pid) == 1 }

    let next = try CommandRecords(stateFolder: folder.path)
    let ended = try await offPool { try next.endLeftovers() }
    #expect(ended >= 2)
    #expect(!obstinate.isRunning)
    #expect(service.isRunning)
    #expect(ScratchFolder.names(in: folder.path("commands")).isEmpty)
    #expect(try next.endLeftovers() == 0)
  }

  @Test("a command is written down while it runs, and bears its mark")
  func written() async throws {
    let folder = ScratchFolder()
    let runner = SubprocessRunner(records: try CommandRecords(stateFolder: folder.path))
    let result = try await runner.run(
      Command(["/bin/sh", "-c", "echo $STEWARD_COMMAND; ls \(folder.path)/commands"]))
    let lines = result.output.text.split(separator: "\n")
    #expect(lines.count == 2 && lines[0] == "\(lines[1])@\(folder.path)")
    #expect(ScratchFolder.names(in: folder.path("commands")).isEmpty)
  }
}

extension ProcessTable {
  fileprivate static func children(of pid: pid_t) -> Int {
    ((try? processIDs()) ?? []).count { ProcessStatus(of: $0)?.parent == pid }
  }
}
