import Glibc
import Synchronization

/// People who may write in a log folder and its archive, each on a thread of its own, and want something outside deleted
/// or changed. Each swaps as fast as it can until it is told to stop.
final class Attackers: Sendable {
  /// How many names were exchanged, made or taken away under the purger's hands.
  var swaps: Int { swapped.load(ordering: .relaxed) }

  private let swapped = Atomic(0)
  private let isOver = Atomic(false)
  private let running = Atomic(0)

  private let logs: String
  private let archive: String
  private let outside: String

  init(in logs: String, archive: String, against outside: String) {
    self.logs = logs
    self.archive = archive
    self.outside = outside
  }

  func start() {
    let ways: [@Sendable (Attackers) -> Int] = [
      { $0.folderForLink() + $0.fileForOthers() }, { $0.deepFolders() + $0.oddNames() }, { $0.archived() },
      { $0.mounts() },
    ]
    prepare()
    for way in ways {
      running.add(1, ordering: .relaxed)
      let thread = Unmanaged.passRetained(Attack(of: self, way))
      var id = pthread_t()
      let result = pthread_create(
        &id, nil,
        { context in
          let attack = Unmanaged<Attack>.fromOpaque(context!).takeRetainedValue()
          attack.run()
          return nil
        }, thread.toOpaque())
      precondition(result == 0)
      pthread_detach(id)
    }
  }

  /// Ends every attack, and waits for it.
  func stop() {
    isOver.store(true, ordering: .relaxed)
    while running.load(ordering: .acquiring) > 0 { usleep(1000) }
    umount2(logs + "/mount", Int32(MNT_DETACH))
  }

  private final class Attack: Sendable {
    let attackers: Attackers
    let way: @Sendable (Attackers) -> Int

    init(of attackers: Attackers, _ way: @escaping @Sendable (Attackers) -> Int) {
      self.attackers = attackers
      self.way = way
    }

    func run() {
      while !attackers.isOver.load(ordering: .relaxed) {
        let swapped = way(attackers)
        attackers.swapped.add(swapped, ordering: .relaxed)
        // One who cannot attack so (mounts need root) leaves the core to the others.
        if swapped == 0 { usleep(10_000) }
      }
      attackers.running.subtract(1, ordering: .releasing)
    }
  }

  private func prepare() {
    symlink(outside, logs + "/evil")
    symlink(outside, logs + "/bait")
    mkdir(logs + "/mount", 0o755)
    var path = logs + "/deep"
    for _ in 0..<12 {
      mkdir(path, 0o755)
      old(path + "/victim.log")
      path += "/d"
    }
  }

  private func old(_ path: String) {
    close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644))
    var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000_000, tv_nsec: 0)]
    utimensat(AT_FDCWD, path, &times, AT_SYMLINK_NOFOLLOW)
  }

  /// How many of these calls did what they should.
  private func count(_ results: Int32...) -> Int { results.count { $0 == 0 } }

  /// A folder for a link, between the listing and the removal.
  private func folderForLink() -> Int {
    count(
      rename(logs + "/sub", logs + "/aside"), rename(logs + "/evil", logs + "/sub"),
      rename(logs + "/sub", logs + "/evil"), rename(logs + "/aside", logs + "/sub"))
  }

  /// A file for a link, a second name of the file outside, a pipe, a socket's and a device's node.
  private func fileForOthers() -> Int {
    let victim = logs + "/sub/victim.log"
    var swapped = count(
      rename(victim, logs + "/sub/parked.log"),
      symlink(outside + "/victim.log", victim), unlink(victim), link(outside + "/victim.log", victim),
      unlink(victim),
      mkfifo(victim, 0o666), unlink(victim))
    for type in [S_IFSOCK, S_IFCHR, S_IFBLK] {
      swapped += count(mknod(victim, type | 0o666, 0x0103), unlink(victim))
    }
    return swapped + count(rename(logs + "/sub/parked.log", victim))
  }

  /// A link somewhere on a long way down.
  private func deepFolders() -> Int {
    let middle = logs + "/deep/d/d/d"
    return count(
      rename(middle, logs + "/moved"), rename(logs + "/bait", middle), rename(middle, logs + "/bait"),
      rename(logs + "/moved", middle))
  }

  /// The longest names there can be, with ends of lines and bytes that are no text.
  private func oddNames() -> Int {
    let long = logs + "/" + String(repeating: "n", count: 251)
    var swapped = 0
    for end in ["\n../", ".log", "\u{1B}[2J"] {
      swapped += count(link(logs + "/sub/f1.log", long + end), unlink(long + end))
    }
    var noText = Array((logs + "/no-text-").utf8CString.dropLast()) + [-1, -2, 10, 0]
    swapped += noText.withUnsafeMutableBufferPointer { name in
      count(symlink(outside + "/victim.log", name.baseAddress!), unlink(name.baseAddress!))
    }
    return swapped
  }

  /// The names that the archive will give, and its unfinished files, taken by links to what is outside.
  private func archived() -> Int {
    var swapped = 0
    for index in 0..<4 {
      let name = archive + "/top\(index).log.\(AttackTests.stamp).gz"
      swapped += count(
        symlink(outside + "/victim.log", name), unlink(name), symlink(outside, name), unlink(name))
      let log = logs + "/top\(index).log"
      swapped += count(
        rename(log, log + "~"), symlink(outside + "/f\(index).log", log), unlink(log), rename(log + "~", log))
    }
    return swapped
  }

  /// The folder outside mounted over one of the logs: on the same file system, with the same device number.
  private func mounts() -> Int {
    // The purger takes it away where it is empty.
    mkdir(logs + "/mount", 0o755)
    return count(
      mount(outside, logs + "/mount", nil, UInt(MS_BIND), nil), umount2(logs + "/mount", Int32(MNT_DETACH)))
  }
}
