import Calendar
import Glibc
import Host
import Reconciliation
import Synchronization
import Testing

@testable import Logs

@Suite("Somebody who may write in the log folder")
struct AttackTests {
  /// Swaps a subfolder and files for links to a folder outside, as fast as it can, until told to stop.
  private final class Attacker: Sendable {
    let isDone = Atomic(false)
    let swaps = Atomic(0)

    func run(in logs: String, against outside: String) {
      symlink(outside, logs + "/evil")
      while !isDone.load(ordering: .relaxed) {
        // A folder for a link.
        rename(logs + "/sub", logs + "/aside")
        rename(logs + "/evil", logs + "/sub")
        rename(logs + "/sub", logs + "/evil")
        rename(logs + "/aside", logs + "/sub")
        // A file for a link, and for a hard link.
        rename(logs + "/sub/victim.log", logs + "/sub/parked.log")
        symlink(outside + "/victim.log", logs + "/sub/victim.log")
        unlink(logs + "/sub/victim.log")
        link(outside + "/victim.log", logs + "/sub/victim.log")
        unlink(logs + "/sub/victim.log")
        rename(logs + "/sub/parked.log", logs + "/sub/victim.log")
        swaps.add(1, ordering: .relaxed)
      }
    }
  }

  @Test("cannot make it delete, archive or change anything outside", .timeLimit(.minutes(1)))
  func canary() async throws {
    let folder = try LogFolder()
    let outside = folder.root + "/outside"
    for index in 0..<20 { folder.write("f\(index).log", "canary \(index)\n", daysOld: 90, in: outside) }
    folder.write("victim.log", "canary\n", daysOld: 90, in: outside)
    mkdir(folder.path + "/sub", 0o755)
    for index in 0..<3_000 { folder.write("f\(index).log", "mine\n", daysOld: 90, in: folder.path + "/sub") }
    folder.write("victim.log", "mine\n", daysOld: 90, in: folder.path + "/sub")
    let before = try Folder(outside).entries().entries.map { [$0.identity.hashValue, Int($0.sizeBytes)] }
    let attacker = Attacker()
    let logs = folder.path
    let attack = Task.detached { attacker.run(in: logs, against: outside) }

    let controller = LogsController()
    let purging = try folder.spec(keep: "30d")
    let archiving = try folder.spec(match: "top*.log", archiveAfter: "7d")
    let clock = SystemClock()
    let end = clock.monotonic + .seconds(3)
    var looks = 0
    while clock.monotonic < end {
      looks += 1
      for index in 0..<20 { folder.write("top\(index).log", "mine\n", daysOld: 90) }
      let spec = looks.isMultiple(of: 5) ? archiving : purging
      let plan = LogsController.plan(resource(spec), await controller.observe(resource(spec)), context())
      for action in plan.actions { _ = try? await controller.apply(action, to: resource(spec)) }
    }
    attacker.isDone.store(true, ordering: .relaxed)
    await attack.value
    _ = try await folder.keep(purging)

    #expect(attacker.swaps.load(ordering: .relaxed) > 100)
    #expect(looks > 3)
    let after = try Folder(outside).entries().entries.map { [$0.identity.hashValue, Int($0.sizeBytes)] }
    #expect(Set(after).isSuperset(of: before))
    #expect(!folder.names(in: folder.path).contains { $0.hasPrefix("top") })
  }
}
