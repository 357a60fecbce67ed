import Fixtures
import Glibc
import Testing

@testable import Host

@Suite("Private files") struct PrivateFileTests {
  @Test("a private file is written whole, for its owner only, and leaves nothing else behind")
  func writes() throws {
    let scratch = ScratchFolder()
    try PrivateFile.write(Array("one".utf8), to: scratch.path("key"))
    try PrivateFile.write(Array("two".utf8), to: scratch.path("key"))
    #expect(scratch.text("key") == "two")
    let entries = try Folder(scratch.path).entries().entries
    #expect(entries.map(\.name.description) == ["key"])
    var status = stat()
    stat(scratch.path("key"), &status)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test("a symbolic link in the place of a private file is neither written through nor read through")
  func linksAreRefused() throws {
    let scratch = ScratchFolder()
    scratch.write("precious", to: "elsewhere")
    symlink(scratch.path("elsewhere"), scratch.path("key"))
    #expect(throws: HostError.self) { try PrivateFile.write([1], to: scratch.path("key")) }
    #expect(throws: HostError.self) { try PrivateFile.read(scratch.path("key"), bytesMax: 100) }
    #expect(scratch.text("elsewhere") == "precious")
  }

  @Test("a file that is absent is nil; one that is too large, open to others or a FIFO is an error")
  func reads() throws {
    let scratch = ScratchFolder()
    #expect(try PrivateFile.read(scratch.path("none"), bytesMax: 10) == nil)
    scratch.write("0123456789", to: "key")
    #expect(try PrivateFile.read(scratch.path("key"), bytesMax: 10)?.count == 10)
    #expect(throws: HostError.self) { try PrivateFile.read(scratch.path("key"), bytesMax: 9) }
    chmod(scratch.path("key"), 0o644)
    #expect(throws: HostError.self) {
      try PrivateFile.read(scratch.path("key"), bytesMax: 10, onlyPrivate: true)
    }
    mkfifo(scratch.path("fifo"), 0o600)
    #expect(throws: HostError.self) { try PrivateFile.read(scratch.path("fifo"), bytesMax: 10) }
  }

  @Test("what a write left behind when the process died is removed, and nothing else")
  func leftovers() throws {
    let scratch = ScratchFolder()
    for name in ["key", ".key.0badcafe.unfinished", ".other.1.unfinished", ".key.old"] {
      scratch.write("x", to: name)
    }
    try PrivateFile.removeLeftovers(of: scratch.path("key"))
    let left = try Folder(scratch.path).entries().entries.map(\.name.description).sorted()
    #expect(left == [".key.old", ".other.1.unfinished", "key"])
    #expect(try PrivateFile.remove(scratch.path("key")))
    #expect(try !PrivateFile.remove(scratch.path("key")))
  }
}
