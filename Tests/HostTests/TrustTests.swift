import Fixtures
import Glibc
import Testing

@testable import Host

@Suite("Files that others may write are not obeyed")
struct TrustTests {
  let folder = ScratchFolder()

  private func refusal(of name: String = "file", _ trust: Trust = Trust()) -> String? {
    do throws(HostError) {
      _ = try PlainFile.read(folder.path(name), bytesMax: 100, trusting: trust)
      return nil
    } catch {
      return error.reason
    }
  }

  private func folderRefusal(_ name: String, _ trust: Trust = Trust()) -> String? {
    do throws(HostError) {
      try trust.check(folder: folder.path(name))
      return nil
    } catch {
      return error.description
    }
  }

  @Test(
    "a file of this user that nobody else may write is read; one that anybody or a group may write is not")
  func modes() throws {
    folder.write("x", to: "file")
    for mode: mode_t in [0o600, 0o644, 0o444] {
      chmod(folder.path("file"), mode)
      #expect(refusal() == nil)
    }
    chmod(folder.path("file"), 0o666)
    #expect(refusal()?.contains("anybody may write it") == true)
    chmod(folder.path("file"), 0o664)
    #expect(refusal()?.contains("chmod g-w") == true)
    let group = try #require(try Accounts.groupName(of: getegid()))
    #expect(refusal()?.contains("written by: [\(group)]") == true)
    #expect(refusal(Trust(groups: [group])) == nil)
    #expect(refusal(Trust(groups: ["no-such-group"])) != nil)
    symlink("file", folder.path("link"))
    #expect(refusal(of: "link") != nil)
  }

  @Test(
    "a file of another user's is not read, unless it is of a group that may write",
    .enabled(if: geteuid() == 0))
  func owners() throws {
    folder.write("x", to: "file")
    chown(folder.path("file"), 65_534, 0)
    #expect(refusal()?.contains("neither root nor the daemon's user") == true)
    let group = try #require(try Accounts.groupName(of: 0))
    #expect(refusal(Trust(groups: [group])) == nil)
    #expect(refusal(Trust().andOwner(of: folder.path("file"))) == nil)
    // Who may write at all is asked of each.
    chmod(folder.path("file"), 0o666)
    #expect(refusal(Trust(groups: [group])) != nil)
  }

  @Test("a folder, and any that it lies in, is held to the same; a sticky one on the way is not")
  func folders() {
    folder.makeFolder("a")
    folder.makeFolder("a/b")
    #expect(folderRefusal("a/b") == nil)
    chmod(folder.path("a/b"), 0o775)
    #expect(folderRefusal("a/b")?.contains("chmod g-w") == true)
    chmod(folder.path("a/b"), 0o755)
    chmod(folder.path("a"), 0o777)
    #expect(folderRefusal("a/b")?.contains("may be written by anybody") == true)
    chmod(folder.path("a"), 0o1777)
    #expect(folderRefusal("a/b") == nil)
    symlink(folder.path("a/b"), folder.path("link"))
    #expect(folderRefusal("link") == nil)
    #expect(folderRefusal("none") != nil)
  }
}
