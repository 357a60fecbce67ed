import Fixtures
import Glibc
import Host

/// A program at a terminal of its own, as a person would sit at it: keys go in, what it drew comes out.
final class Pty {
  private let master: Int32
  private let pid: pid_t
  private var hasEnded = false

  // From <asm/ioctls.h> and <spawn.h>, which Swift's Glibc does not show.
  private static let (getNumber, setLock) = (UInt(0x8004_5430), UInt(0x4004_5431))
  private static let newSession = Int16(0x80)
  private static let ownSignals = Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)

  /// Everything that was drawn so far.
  private(set) var drawn: [UInt8] = []

  /// Starts `arguments` on a terminal of this size. The first word is a path.
  init(
    _ arguments: [String], environment: [String: String], columns: UInt16 = 120, rows: UInt16 = 40
  ) throws {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    var (locked, number) = (Int32(0), Int32(0))
    guard master >= 0, ioctl(master, Pty.setLock, &locked) == 0, ioctl(master, Pty.getNumber, &number) == 0
    else { throw HostError("open", "a terminal", code: errno) }
    let name = "/dev/pts/\(number)"
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    // The leader of a new session that opens a terminal has it as its own (setsid(2)): Ctrl-C reaches it.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setflags(&attributes, Pty.newSession | Pty.ownSignals)
    // A test run in the background ignores Ctrl-C, which a person's shell does not hand down.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    defer {
      posix_spawnattr_destroy(&attributes)
      posix_spawn_file_actions_destroy(&actions)
    }
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] =
      environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var child: pid_t = 0
    let result = posix_spawn(&child, arguments[0], &actions, &attributes, &words, &variables)
    guard result == 0 else { throw HostError("start", arguments[0], code: result) }
    pid = child
  }

  deinit {
    if !hasEnded {
      kill(pid, SIGKILL)
      var status: Int32 = 0
      waitpid(pid, &status, 0)
    }
    close(master)
  }

  /// What was drawn, as text.
  var text: String {
    read()
    return String(decoding: drawn, as: UTF8.self)
  }

  /// Presses keys.
  func type(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = Glibc.write(master, bytes, bytes.count)
  }

  /// Gives the window another size; the program is told by SIGWINCH.
  func resize(columns: UInt16, rows: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Forgets what was drawn so far.
  func forget() {
    read()
    drawn = []
  }

  /// Waits until the program ends, and returns its wait status.
  func ended() async throws -> Int32 {
    var status: Int32 = 0
    try await eventually("the program at the terminal ends") {
      self.read()
      return waitpid(self.pid, &status, WNOHANG) == self.pid
    }
    hasEnded = true
    read()
    return status
  }

  /// Whether the terminal is as a shell left it: lines are edited and what is typed is shown.
  var isCooked: Bool {
    var mode = termios()
    tcgetattr(master, &mode)
    return mode.c_lflag & UInt32(ICANON) != 0 && mode.c_lflag & UInt32(ECHO) != 0
  }

  private func read() {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(master, &chunk, chunk.count)
      guard count > 0 else { return }
      drawn += chunk[..<count]
    }
  }
}
