import Calendar
import Fixtures
import Glibc
import Host
import Reconciliation
import Testing

@testable import Logs

@Suite("Somebody who may write in the log folder")
struct AttackTests {
  /// So many names are exchanged under the purger's hands.
  static let swaps = 1_000_000
  /// When the logs that are archived were last written, as the archive says it.
  static let stamp = "20010909T014640Z"
  private static let lastWritten = 1_000_000_000

  /// Everything outside: its names, what they lead to, and what is in it.
  private static func outside(_ folder: LogFolder) throws -> [String] {
    let path = folder.root + "/outside"
    return try Folder(path).entries().entries.map { entry in
      let text = String(decoding: Bytes.read("\(path)/\(entry.name)"), as: UTF8.self)
      return "\(entry.name) \(entry.identity) \(entry.sizeBytes) \(entry.modified) \(text)"
    }.sorted()
  }

  /// Writes a file where none is, through no link.
  private static func writeOld(_ name: String, in folder: Int32) {
    let file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard file >= 0 else { return }
    defer { close(file) }
    _ = write(file, "mine\n", 5)
    var times = [timespec(tv_sec: lastWritten, tv_nsec: 0), timespec(tv_sec: lastWritten, tv_nsec: 0)]
    futimens(file, &times)
  }

  @Test(
    "cannot make it delete, archive or change anything outside, with a million exchanges",
    .timeLimit(.minutes(2)))
  func canary() async throws {
    let folder = try LogFolder()
    for index in 0..<20 {
      folder.write("f\(index).log", "canary \(index)\n", daysOld: 90, in: folder.root + "/outside")
    }
    folder.write("victim.log", "canary\n", daysOld: 90, in: folder.root + "/outside")
    mkdir(folder.path + "/sub", 0o755)
    for index in 0..<3_000 { folder.write("f\(index).log", "mine\n", daysOld: 90, in: folder.path + "/sub") }
    folder.write("victim.log", "mine\n", daysOld: 90, in: folder.path + "/sub")
    let before = try Self.outside(folder)
    let attackers = Attackers(in: folder.path, archive: folder.cold, against: folder.root + "/outside")

    // Held, so that what is written anew does not itself fall for the swaps.
    let writable = [folder.path, folder.path + "/sub"].map {
      open($0 as String, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    defer { for descriptor in writable { close(descriptor) } }
    attackers.start()
    defer { attackers.stop() }
    let controller = LogsController()
    let purging = try folder.spec(keep: "30d")
    let archiving = try folder.spec(match: "top*.log", archiveAfter: "7d")
    var looks = 0
    while attackers.swaps < Self.swaps || looks < 20 {
      looks += 1
      for index in 0..<20 {
        Self.writeOld("top\(index).log", in: writable[0])
        Self.writeOld("f\(index).log", in: writable[1])
      }
      let spec = looks.isMultiple(of: 5) ? archiving : purging
      let plan = LogsController.plan(resource(spec), await controller.observe(resource(spec)), context())
      for action in plan.actions { _ = try? await controller.apply(action, to: resource(spec)) }
    }
    attackers.stop()
    _ = try await folder.keep(purging)

    #expect(try Self.outside(folder) == before)
    #expect(!folder.names(in: folder.path).contains { $0.hasPrefix("top") })
    Figure.tell("names exchanged under the purger", "\(attackers.swaps)")
    Figure.tell("looks of the purger meanwhile", "\(looks)")
  }
}
