import Calendar
import Fixtures
import Glibc
import Logging
import Synchronization
import Testing

@testable import Host

@Suite("Service manager", .serialized) struct ServiceTests {
  /// A datagram socket as the manager holds it.
  private func manager(_ name: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(name.utf8)
    let isAbstract = bytes[0] == UInt8(ascii: "@")
    if isAbstract { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(length)) }
    }
    try #require(bound == 0)
    return descriptor
  }

  private func received(_ descriptor: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
  }

  @Test("messages reach the manager's socket, by path and by abstract name", arguments: [true, false])
  func notifies(isAbstract: Bool) throws {
    let scratch = ScratchFolder()
    let name = isAbstract ? "@host-tests-\(getpid())" : scratch.path("notify")
    let descriptor = try manager(name)
    defer { close(descriptor) }
    let clock = VirtualClock(at: .init(seconds: 0))
    clock.advance(by: .milliseconds(1500))
    let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": name], clock: clock))
    let expected: [(ServiceMessage, String)] = [
      (.ready(status: "3 environments\nkept"), "READY=1\nSTATUS=3 environments kept"),
      (.reloading, "RELOADING=1\nMONOTONIC_USEC=1500000"), (.watchdog, "WATCHDOG=1"),
      (.stopping, "STOPPING=1"),
      (.status("x"), "STATUS=x"),
    ]
    for (message, text) in expected {
      notifier.tell(message)
      #expect(received(descriptor) == text)
    }
  }

  @Test("the watchdog's interval counts only where it is meant for this process")
  func watchdog() {
    func interval(_ more: [String: String]) -> Duration? {
      SystemdNotifier(environment: more.merging(["NOTIFY_SOCKET": "/run/x"]) { $1 })?.watchdogInterval
    }
    #expect(interval(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
    #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "\(getpid())"]) == .seconds(30))
    #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"]) == nil)
    #expect(interval(["WATCHDOG_USEC": "soon"]) == nil)
    #expect(SystemdNotifier(environment: ["NOTIFY_SOCKET": "vsock:2:1"]) == nil)
    #expect(SystemdNotifier(environment: [:]) == nil)
  }

  @Test("nothing is thrown and nothing hangs where the manager is gone")
  func managerGone() throws {
    let scratch = ScratchFolder()
    SystemdNotifier(environment: ["NOTIFY_SOCKET": scratch.path("none")])?.tell(.watchdog)
    SilentNotifier().tell(.stopping)
  }

  @Test("inherited sockets are those the variables name, for this process only")
  func sockets() {
    func sockets(_ environment: [String: String]) -> [InheritedSocket] {
      SocketActivation.sockets(environment, processID: 42)
    }
    #expect(
      sockets(["LISTEN_PID": "42", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "status:metrics"]) == [
        InheritedSocket(descriptor: 3, name: "status"), InheritedSocket(descriptor: 4, name: "metrics"),
      ])
    #expect(sockets(["LISTEN_PID": "42", "LISTEN_FDS": "1"]).map(\.name) == ["unknown"])
    #expect(sockets(["LISTEN_PID": "41", "LISTEN_FDS": "1"]).isEmpty)
    #expect(sockets(["LISTEN_PID": "42", "LISTEN_FDS": "-1"]).isEmpty)
    #expect(sockets(["LISTEN_PID": "42", "LISTEN_FDS": "1000000"]).isEmpty)
    #expect(sockets(["LISTEN_FDS": "1"]).isEmpty)
  }

  @Test("the variables of socket activation are gone once they were read")
  func variablesRemoved() {
    setenv("LISTEN_PID", "1", 1)
    setenv("LISTEN_FDS", "1", 1)
    #expect(SocketActivation.take().isEmpty)
    #expect(getenv("LISTEN_PID") == nil && getenv("LISTEN_FDS") == nil)
  }
}

@Suite("Log lines") struct LogTests {
  private func line(_ style: LogStyle, _ body: (Logger) -> Void) -> String {
    let written = Lines()
    let handler = JournalLogHandler(
      level: .trace, style: style, clock: VirtualClock(at: .init(seconds: 0)),
      write: { written.append($0) })
    body(Logger(label: "test") { _ in handler })
    return written.text
  }

  private final class Lines: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
  }

  @Test("a line for the journal begins with its priority, and stays one line whatever is in it")
  func journal() {
    #expect(
      line(.journal) { $0.error("it\nbroke\u{1B}[2J", metadata: ["of": "a b"]) }
        == "<3>it\\nbroke\\u{1B}[2J of=\"a b\"\n")
    #expect(line(.journal) { $0.info("fine") } == "<6>fine\n")
  }

  @Test("a line for people has the time and the level, and colours only where they are wanted")
  func readable() {
    #expect(
      line(.readable(isColoured: false)) { $0.warning("slow") } == "1970-01-01T00:00:00Z warning  slow\n")
    #expect(line(.readable(isColoured: true)) { $0.warning("slow") }.contains("\u{1B}[33m"))
  }

  @Test(
    "the journal's style is chosen where standard error is its stream, colours where a terminal wants them"
  )
  func style() {
    let file = FileIdentity(device: 5, inode: 9)
    func style(_ journal: String?, _ noColor: String? = nil, isTerminal: Bool = false) -> LogStyle {
      LogStyle.style(
        journalStream: journal, noColor: noColor, term: "xterm", standardError: file, isTerminal: isTerminal)
    }
    #expect(style("5:9") == .journal)
    #expect(style("5:8") == .readable(isColoured: false))
    #expect(style(nil, isTerminal: true) == .readable(isColoured: true))
    #expect(style(nil, "1", isTerminal: true) == .readable(isColoured: false))
    #expect(style(nil, "", isTerminal: true) == .readable(isColoured: true))
  }
}

@Suite("Accounts") struct AccountTests {
  @Test("users and groups are found by number; unknown ones are nil and not an error")
  func lookUps() throws {
    #expect(try Accounts.userName(of: 0) == "root" && Accounts.groupName(of: 0) == "root")
    #expect(try Accounts.userName(of: 3_999_999_999) == nil && Accounts.groupName(of: 3_999_999_999) == nil)
  }
}
