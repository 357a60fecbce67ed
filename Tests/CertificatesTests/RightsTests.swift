import Fixtures
import Glibc
import Host
import Reconciliation
import Testing

@testable import Certificates

@Suite("Whose a certificate's file is", .serialized, .enabled(if: Authority.isWanted && getuid() == 0))
struct RightsTests {
  let bench = Bench()

  /// The owner, group and rights of the file.
  private var rights: [UInt32] {
    var status = stat()
    lstat(bench.file, &status)
    return [status.st_uid, status.st_gid, status.st_mode & 0o7777]
  }

  @Test("a renewed one is still its server's: owner, group and mode stay, and a way back keeps them, too")
  func renewed() async throws {
    bench.selfSignedAndDue()
    chown(bench.file, 54_321, 54_322)
    chmod(bench.file, 0o640)
    let authority = try await Authority(in: bench.folder)
    #expect(await bench.keep(bench.spec(authority)) == ["issue", "install", "finish"])
    #expect(rights == [54_321, 54_322, 0o640])
    let seen = try #require(await bench.look(bench.spec(authority)))
    #expect(seen.installed.status == .sound)

    let refusing = Bench()
    refusing.selfSignedAndDue()
    chown(refusing.file, 54_321, 54_322)
    let spec = refusing.spec(authority, reload: ["/bin/false"])
    #expect(await refusing.keep(spec) == ["issue", "install", "reload!", "rollback"])
    var status = stat()
    lstat(refusing.file, &status)
    #expect(status.st_uid == 54_321 && status.st_gid == 54_322 && status.st_mode & 0o777 == 0o600)
  }

  @Test("an empty file says whose the first one is to be")
  func first() async throws {
    bench.folder.write("", to: "web.pem", mode: 0o600)
    chown(bench.file, 54_321, 54_322)
    let authority = try await Authority(in: bench.folder)
    #expect(await bench.keep(bench.spec(authority)) == ["issue", "install", "finish"])
    #expect(rights == [54_321, 54_322, 0o600])
  }

  @Test(
    "of one that is only watched nothing is changed; what everybody may read is a finding, what a group may is none"
  )
  func watched() async throws {
    bench.folder.selfSign(days: 90)
    chown(bench.file, 0, 54_322)
    for (mode, findings) in [(0o640, []), (0o600, []), (0o644, ["exposed"]), (0o660, ["exposed"])] {
      chmod(bench.file, mode_t(mode))
      #expect(await bench.keep(bench.spec(nil)).isEmpty)
      #expect(rights == [0, 54_322, UInt32(mode)])
      #expect(await bench.plan(bench.spec(nil)).findings.map(\.code) == findings, "\(String(mode, radix: 8))")
    }
  }
}
