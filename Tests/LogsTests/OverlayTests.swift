import Fixtures
import Glibc
import Host
import Reconciliation
import Testing

@testable import Logs

private let overlay = "mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w,xino=off"
private let mayMount =
  system(
    "unshare -m sh -c 'mount -t tmpfs tmpfs /mnt && cd /mnt && mkdir l u w m && \(overlay) m' 2>/dev/null")
  == 0

/// Layers of an overlay have device numbers of their own, so that a file's differs from its folder's.
@Suite(
  "Logs on an overlay", .serialized,
  .enabled(if: mayMount, "needs the right to mount an overlay"))
struct OverlayTests {
  let folder: LogFolder

  init() throws { folder = try LogFolder() }

  /// Runs `body` with an overlay of two file systems where the logs are; in the lower one there is what `lower` wrote.
  private func mounted(lower: (String) -> Void, _ body: () async throws -> Void) async throws {
    try #require(
      system(
        "cd '\(folder.root)' && mkdir below above && mount -t tmpfs tmpfs below && mount -t tmpfs tmpfs above "
          + "&& mkdir below/l above/u above/w && ln -s below/l l && ln -s above/u u && ln -s above/w w") == 0)
    defer { _ = system("cd '\(folder.root)' && umount below above") }
    lower("\(folder.root)/below/l")
    try #require(system("cd '\(folder.root)' && \(overlay) logs") == 0)
    defer { _ = system("cd '\(folder.root)' && umount logs") }
    try await body()
  }

  @Test("are purged and archived from every layer, but for those that somebody writes")
  func layers() async throws {
    try await mounted { lower in
      folder.write("past-below.log", daysOld: 40, in: lower)
      folder.write("old-below.log", daysOld: 10, in: lower)
      folder.write("new-below.log", in: lower)
    } _: {
      mkdir(folder.path + "/inner", 0o755)
      folder.write("past.log", daysOld: 40)
      folder.write("inner/old.log", daysOld: 10)
      folder.write("held.log", daysOld: 40)
      let held = open(folder.path + "/held.log", O_WRONLY | O_APPEND)
      defer { close(held) }
      var (file, above) = (stat(), stat())
      lstat(folder.path + "/past-below.log", &file)
      lstat(folder.path, &above)
      #expect(file.st_dev != above.st_dev)

      let spec = try folder.spec(keep: "30d", archiveAfter: "7d")
      _ = try await folder.keep(spec)
      #expect(folder.names(in: folder.path) == ["held.log", "inner", "new-below.log"])
      #expect(folder.names(in: folder.path + "/inner") == [])
      #expect(folder.names(in: folder.cold).count == 2)
    }
  }

  @Test("a file over which another is mounted is left alone, and said to be")
  func mountedOver() async throws {
    try await mounted {
      folder.write("below.log", daysOld: 40, in: $0)
    } _: {
      let outside = "\(folder.root)/outside"
      folder.write("outside.log", daysOld: 40, in: outside)
      folder.write("over.log", daysOld: 40)
      try #require(mount(outside + "/outside.log", folder.path + "/over.log", nil, UInt(MS_BIND), nil) == 0)
      defer { umount(folder.path + "/over.log") }
      let spec = try folder.spec(keep: "30d")
      _ = try await folder.keep(spec)
      #expect(folder.names(in: folder.path) == ["over.log"])
      #expect(folder.names(in: outside) == ["outside.log"])
      let plan = LogsController.plan(
        resource(spec), await LogsController().observe(resource(spec)), context())
      #expect(plan.findings.contains { $0.message.contains("/over.log is a mount of its own") }, "\(plan)")
    }
  }
}
