import Fixtures
import Glibc
import Testing

@testable import Host

@Suite("Folder watches") struct FolderWatchTests {
  /// Reads news until one of them is of this folder.
  private func sees(_ path: String, _ watch: FolderWatch, _ change: () -> Void) async -> Bool {
    let news = watch.news()
    change()
    return await first(of: news) { $0 == .changed(path) || $0 == .overflow } != nil
  }

  @Test("a rename-save, a removal and a change of rights are each seen")
  func changes() async throws {
    let scratch = ScratchFolder()
    let watch = try FolderWatch([scratch.path])
    #expect(await sees(scratch.path, watch) { scratch.write("a: 1", to: ".a.yaml.swp") })
    #expect(await sees(scratch.path, watch) { rename(scratch.path(".a.yaml.swp"), scratch.path("a.yaml")) })
    #expect(await sees(scratch.path, watch) { chmod(scratch.path("a.yaml"), 0o600) })
    #expect(await sees(scratch.path, watch) { unlink(scratch.path("a.yaml")) })
  }

  @Test("a link on the way that is swapped is seen, and so is what then happens in the new folder")
  func linkSwap() async throws {
    let scratch = ScratchFolder()
    for folder in ["v1", "v2"] { scratch.makeFolder(folder) }
    symlink("v1", scratch.path("current"))
    let path = scratch.path("current")
    let watch = try FolderWatch([path])
    #expect(
      await sees(path, watch) {
        symlink("v2", scratch.path("next"))
        rename(scratch.path("next"), scratch.path("current"))
      })
    #expect(await sees(path, watch) { scratch.write("a: 1", to: "v2/a.yaml") })
  }

  @Test("a folder that vanishes with its parent and comes back is seen going, coming and changing")
  func vanishes() async throws {
    let scratch = ScratchFolder()
    scratch.makeFolder("etc")
    mkdir(scratch.path("etc/environments"), 0o755)
    let path = scratch.path("etc/environments")
    let watch = try FolderWatch([path])
    #expect(await sees(path, watch) { rename(scratch.path("etc"), scratch.path("gone")) })
    #expect(
      await sees(path, watch) {
        mkdir(scratch.path("etc"), 0o755)
        mkdir(path, 0o755)
      })
    #expect(await sees(path, watch) { scratch.write("a: 1", to: "etc/environments/a.yaml") })
  }

  @Test(
    "a folder that does not exist yet is seen when it comes, and changes beside it are not taken for its own")
  func comesLater() async throws {
    let scratch = ScratchFolder()
    let path = scratch.path("later")
    let watch = try FolderWatch([path])
    scratch.write("x", to: "unrelated")
    #expect(await first(of: watch.news(), within: .milliseconds(100)) == nil)
    #expect(await sees(path, watch) { mkdir(path, 0o755) })
  }

  @Test("the way to a folder goes through every link, and ends where links lead in a circle")
  func ways() throws {
    let scratch = ScratchFolder()
    scratch.makeFolder("real")
    symlink("real", scratch.path("one"))
    symlink("one", scratch.path("two"))
    symlink("circle", scratch.path("circle"))
    #expect(FolderWay(to: scratch.path("two")).steps.last == .init(folder: scratch.path("real"), name: nil))
    #expect(FolderWay(to: scratch.path("circle")).steps.last?.name == "circle")
  }
}
