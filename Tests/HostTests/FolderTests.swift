import Fixtures
import Glibc
import Testing

@testable import Host

@Suite("Folders") struct FolderTests {
  private func name(_ text: String) throws -> FileName { try #require(FileName(text)) }

  @Test(
    "a listing tells files, folders, links and FIFOs apart, and names that are no text come back unchanged"
  )
  func lists() throws {
    let scratch = ScratchFolder()
    scratch.write("12345", to: "a.log")
    scratch.makeFolder("inner")
    symlink("/etc/passwd", scratch.path("link"))
    mkfifo(scratch.path("fifo"), 0o600)
    let odd: [UInt8] = [0x66, 0xFF, 0x0A, 0]
    let made = odd.withUnsafeBufferPointer { bytes in
      chdirless(scratch.path, bytes)
    }
    #expect(made)
    let entries = try Folder(scratch.path).entries().entries
    let kinds = Dictionary(uniqueKeysWithValues: entries.map { ($0.name.description, $0.kind) })
    #expect(
      kinds == [
        "a.log": .file, "inner": .folder, "link": .symbolicLink, "fifo": .special, "f\\xFF\\x0A": .file,
      ])
    #expect(entries.first { $0.name.description == "a.log" }?.sizeBytes == 5)
    let strange = try #require(entries.first { $0.name.terminated == odd })
    #expect(try Folder(scratch.path).unlink(strange) == .removed(freedBytes: strange.allocatedBytes))
  }

  private func chdirless(_ folder: String, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY)
    defer { close(descriptor) }
    return name.baseAddress!.withMemoryRebound(to: CChar.self, capacity: name.count) { name in
      let file = openat(descriptor, name, O_CREAT | O_WRONLY, 0o600)
      defer { close(file) }
      return file >= 0
    }
  }

  @Test("a symbolic link anywhere on the way to a folder is refused, with the path to write instead")
  func linkOnTheWay() throws {
    let scratch = ScratchFolder()
    scratch.makeFolder("real")
    mkdir(scratch.path("real/logs"), 0o755)
    symlink("real", scratch.path("alias"))
    let error = #expect(throws: HostError.self) { _ = try Folder(scratch.path("alias/logs")) }
    #expect(error?.description.contains(scratch.path("real/logs")) == true)
    #expect(throws: HostError.self) { _ = try Folder(scratch.path).subfolder(try name("alias")) }
  }

  @Test("a file exchanged for a link, another file or a second name between look and unlink is spared")
  func exchangedFiles() throws {
    let scratch = ScratchFolder()
    scratch.write("precious", to: "precious")
    let folder = try Folder(scratch.path)

    func look(_ text: String) throws -> FileEntry { try #require(try folder.entry(try name(text))) }
    func isSpared(_ removal: Removal) -> Bool { if case .spared = removal { true } else { false } }

    scratch.write("old", to: "a.log")
    let swapped = try look("a.log")
    unlink(scratch.path("a.log"))
    symlink(scratch.path("precious"), scratch.path("a.log"))
    #expect(isSpared(try folder.unlink(swapped)))

    scratch.write("old", to: "b.log")
    let replaced = try look("b.log")
    scratch.write("new", to: "b.new")
    rename(scratch.path("b.new"), scratch.path("b.log"))
    #expect(isSpared(try folder.unlink(replaced)))

    scratch.write("old", to: "c.log")
    link(scratch.path("c.log"), scratch.path("c.second"))
    #expect(isSpared(try folder.unlink(try look("c.log"))))

    scratch.write("old", to: "d.log")
    let grown = try look("d.log")
    scratch.write("longer", to: "d.log")
    #expect(isSpared(try folder.unlink(grown)))
    #expect(try folder.unlink(grown, ifUnchanged: false) != .wasGone)

    mkfifo(scratch.path("e.log"), 0o600)
    #expect(isSpared(try folder.unlink(try look("e.log"))))
    #expect(try folder.unlink(grown) == .wasGone)
    #expect(scratch.text("precious") == "precious")
  }

  @Test("a folder that is swapped for a link after it was opened keeps being the folder that was opened")
  func swappedFolder() throws {
    let scratch = ScratchFolder()
    scratch.makeFolder("logs")
    scratch.makeFolder("outside")
    scratch.write("x", to: "logs/a")
    scratch.write("x", to: "outside/a")
    let logs = try Folder(scratch.path("logs"))
    let entry = try #require(try logs.entry(try name("a")))
    rename(scratch.path("logs"), scratch.path("moved"))
    symlink("outside", scratch.path("logs"))
    #expect(try logs.unlink(entry) == .removed(freedBytes: entry.allocatedBytes))
    #expect(scratch.text("outside/a") == "x")
    #expect(scratch.text("moved/a") == nil)
  }

  @Test("a rename does not replace unless it is told to")
  func renames() throws {
    let scratch = ScratchFolder()
    scratch.write("a", to: "a")
    scratch.write("b", to: "b")
    let folder = try Folder(scratch.path)
    #expect(throws: HostError.self) { try folder.rename(try name("a"), to: try name("b")) }
    try folder.rename(try name("a"), to: try name("b"), replaces: true)
    #expect(scratch.text("b") == "a")
  }

  @Test("a walk visits folders below, never follows links, and says when a limit cut it short")
  func walks() throws {
    let scratch = ScratchFolder()
    for folder in ["a", "a/b", "a/b/c"] { mkdir(scratch.path(folder), 0o755) }
    for file in ["1", "a/2", "a/b/3", "a/b/c/4"] { scratch.write("x", to: file) }
    symlink("/", scratch.path("a/root"))
    let folder = try Folder(scratch.path)
    var files: [String] = []
    let report = try folder.walk { visited in
      for entry in visited.entries where entry.kind == .file {
        files.append((visited.place + [entry.name]).map(\.description).joined(separator: "/"))
      }
    }
    #expect(files == ["1", "a/2", "a/b/3", "a/b/c/4"])
    #expect(!report.isTruncated && report.entriesSeen == 8)

    var limits = WalkLimits()
    limits.depthMax = 1
    #expect(try folder.walk(limits) { _ in }.isTruncated)
    limits = WalkLimits()
    limits.entriesMax = 3
    #expect(try folder.walk(limits) { _ in }.isTruncated)
    #expect(try folder.descend([name("a"), name("b")]).entry(name("3")) != nil)
  }

  @Test(
    "a mount in the tree, a bind mount of the same file system among them, is not entered",
    .enabled(if: geteuid() == 0))
  func mounts() throws {
    let scratch = ScratchFolder()
    scratch.makeFolder("tree")
    mkdir(scratch.path("tree/mounted"), 0o755)
    scratch.makeFolder("outside")
    scratch.write("x", to: "outside/precious")
    // Where this sandbox does not allow mounts there is nothing to cross.
    guard mount(scratch.path("outside"), scratch.path("tree/mounted"), nil, UInt(MS_BIND), nil) == 0 else {
      return
    }
    defer { umount(scratch.path("tree/mounted")) }
    var seen = 0
    let report = try Folder(scratch.path("tree")).walk { seen += $0.entries.count }
    #expect(report.mounts == [scratch.path("tree/mounted")])
    #expect(seen == 1)
  }

  @Test(
    "who writes a file is known, who only reads it does not count, and a blind look is no all-clear"
  )
  func writers() async throws {
    let scratch = ScratchFolder()
    scratch.write("x", to: "written")
    scratch.write("x", to: "read")
    let folder = try Folder(scratch.path)
    let writer = open(scratch.path("written"), O_WRONLY)
    let reader = open(scratch.path("read"), O_RDONLY)
    defer {
      close(writer)
      close(reader)
    }
    let written = try #require(try folder.entry(name("written"))).identity
    let read = try #require(try folder.entry(name("read"))).identity
    let files = try await offPool { OpenFiles.writers(of: [written, read]) }
    guard case .held(let processes) = files.holding(written) else {
      Issue.record("nobody was found to write")
      return
    }
    #expect(processes == [getpid()])
    if geteuid() == 0 { #expect(files.holding(read) == .free) }
  }

  @Test("the space of a file system adds up")
  func space() throws {
    let space = try DiskSpace(at: "/tmp")
    #expect(
      space.totalBytes > 0 && space.availableBytes <= space.freeBytes && space.freeBytes <= space.totalBytes)
    #expect(try Folder("/tmp").space().totalBytes == space.totalBytes)
  }
}
