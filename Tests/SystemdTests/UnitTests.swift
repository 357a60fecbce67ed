import Host
import Testing

/// What systemd's own tools say of the units, without a running systemd.
@Suite("The units", .enabled(if: BootedSystem.isWanted, "systemd-analyze, dpkg-deb and root are needed"))
struct UnitTests {
  private func analyze(_ arguments: String...) async throws -> CommandResult {
    try await SubprocessRunner().run(Command(["/usr/bin/systemd-analyze", "--no-pager"] + arguments))
  }

  @Test("the service's exposure is at most 2.0")
  func exposure() async throws {
    let unit = "\(BootedSystem.project)/systemd/steward.service"
    let found = try await analyze("security", "--offline=true", "--threshold=20", unit)
    #expect(found.isSuccess, "\(found.output.text)\(found.error.text)")
    #expect(found.output.text.contains("Overall exposure level"))
    // The threshold is one: a service without a sandbox is beyond it.
    #expect(try await !analyze("security", "--offline=true", "--threshold=5", unit).isSuccess)
  }
}
