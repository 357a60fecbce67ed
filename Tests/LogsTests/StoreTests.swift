import Calendar
import Fixtures
import Glibc
import Host
import Rclone
import Reconciliation
import Synchronization
import Testing

@testable import Logs

/// rclone's own WebDAV server: a store at the other end of a socket.
private final class Store: Sendable {
  let scratch = ScratchFolder()
  let port = freePort()
  private let server = Mutex<RunningServer?>(nil)

  static let isWanted = access("/usr/bin/rclone", X_OK) == 0 || getenv("CI") != nil

  var files: String { scratch.path("bucket/logs/web") }

  init() async throws {
    for folder in ["bucket", "bucket/logs", "bucket/logs/web"] { scratch.makeFolder(folder) }
    scratch.write(
      "[cold]\ntype = webdav\nurl = http://127.0.0.1:\(port)\nvendor = other\n", to: "rclone.conf",
      mode: 0o600)
    try await start()
  }

  func start() async throws {
    let started = try RunningServer(
      [
        "/usr/bin/rclone", "serve", "webdav", scratch.path("bucket"), "--addr", "127.0.0.1:\(port)",
        "--config",
        "/dev/null",
      ], variables: ["PATH=/usr/bin:/bin", "HOME=\(scratch.path)"], folder: scratch, name: "webdav")
    server.withLock { $0 = started }
    try await eventually { isListening(port) }
  }

  func stop() { server.withLock { $0 = nil } }

  func spec(of folder: LogFolder, keep: String? = nil) throws -> LogsSpec {
    var spec = try folder.spec(keep: keep, archiveAfter: "7d")
    spec.archive?.to = "rclone:cold:logs/web"
    spec.archive?.store = .init(
      path: try #require(RemotePath("cold:logs/web")), configuration: scratch.path("rclone.conf"))
    return spec
  }
}

@Suite("Archiving into a cold store", .serialized, .enabled(if: Store.isWanted))
struct StoreTests {
  let folder: LogFolder
  private let store: Store

  init() async throws {
    folder = try LogFolder()
    store = try await Store()
  }

  private func plan(_ spec: LogsSpec) async -> Plan<LogsAction> {
    LogsController.plan(resource(spec), await LogsController().observe(resource(spec)), context())
  }

  private func unpacked(_ name: String) async throws -> String {
    let command = Command(["/bin/sh", "-c", "gzip -dc < \"$1\"", "sh", "\(store.files)/\(name)"])
    return try await SubprocessRunner().run(command).output.text
  }

  @Test("a log is compressed into it, read back from it, and only then removed; keep bounds it there too")
  func archives() async throws {
    let text = String(repeating: "GET / 200\n", count: 20_000)
    folder.write("web.log.1", text, daysOld: 8)
    mkdir(folder.path + "/sub dir", 0o755)
    folder.write("sub dir/ä b.log", "b\n", daysOld: 9)
    folder.write("web.log", "now\n")
    let spec = try store.spec(of: folder, keep: "30d")
    let outcomes = try await folder.keep(spec)
    #expect(outcomes.count == 1 && outcomes[0].details["files"] == 2, "\(outcomes)")
    #expect(folder.names(in: folder.path) == ["sub dir", "web.log"])
    let names = ScratchFolder.names(in: store.files)
    #expect(names.count == 2 && names[0] == "sub dir" && names[1].hasPrefix("web.log.1.2"), "\(names)")
    #expect(try await unpacked(names[1]) == text)
    #expect(ScratchFolder.names(in: "\(store.files)/sub dir").first?.hasPrefix("ä b.log.2") == true)
    #expect(await plan(spec).findings.isEmpty)

    let soon = try await folder.keep(store.spec(of: folder, keep: "8d 12h"))
    #expect(soon.map(\.message).first?.hasPrefix("purged from the archive 1 file") == true, "\(soon)")
    #expect(ScratchFolder.names(in: "\(store.files)/sub dir").isEmpty)
    #expect(ScratchFolder.names(in: store.files).contains(names[1]))
  }

  @Test(
    "while it is down nothing is removed, and one finding says so; when it is up again, everything goes on")
  func down() async throws {
    folder.write("web.log.1", daysOld: 8)
    let spec = try store.spec(of: folder)
    let action = try #require(await plan(spec).actions.first)
    store.stop()
    await #expect(throws: Failure.self) { try await LogsController().apply(action, to: resource(spec)) }
    let plan = await plan(spec)
    #expect(plan.actions.isEmpty && plan.findings.map(\.code) == ["no-archive"])
    #expect(folder.names(in: folder.path) == ["web.log.1"])
    try await store.start()
    #expect(try await folder.keep(spec).count == 1)
    #expect(folder.names(in: folder.path).isEmpty)
  }

  @Test("what is half or different in the store proves nothing: the log gets another copy before it goes")
  func half() async throws {
    folder.write("web.log.1", "once\n", daysOld: 8)
    let spec = try store.spec(of: folder)
    _ = try await folder.keep(spec)
    let name = try #require(ScratchFolder.names(in: store.files).first)
    let whole = Bytes.read("\(store.files)/\(name)")
    // The log comes back as it was; in the store lie half of it, and half of an upload.
    folder.write("web.log.1", "once\n", daysOld: 8)
    #expect(system("touch -d '\(Self.moment(of: name))' '\(folder.path)/web.log.1'") == 0)
    Bytes.write(whole.prefix(whole.count / 2), to: "\(store.files)/\(name)", mode: 0o644)
    Bytes.write(whole.prefix(3), to: "\(store.files)/\(name).unfinished", mode: 0o644)
    #expect(try await folder.keep(spec).count == 1)
    let another = try #require(ScratchFolder.names(in: store.files).first { $0.contains("-1.gz") })
    #expect(try await unpacked(another) == "once\n")
    #expect(folder.names(in: folder.path).isEmpty)
    // And with a whole one that an attempt left that was cut short, no second one is made.
    folder.write("web.log.1", "once\n", daysOld: 8)
    #expect(system("touch -d '\(Self.moment(of: name))' '\(folder.path)/web.log.1'") == 0)
    Bytes.write(whole, to: "\(store.files)/\(name)", mode: 0o644)
    #expect(try await folder.keep(spec).count == 1)
    #expect(ScratchFolder.names(in: store.files).count { $0.hasSuffix(".gz") } == 2)
  }

  private static func moment(of name: String) -> String { "\(ArchiveName.moment(of: name)!)" }

  @Test("a full one takes nothing: the log stays, and nothing in the store has its name")
  func full() async throws {
    try #require(geteuid() == 0 || getenv("CI") == nil, "in CI the tests run as root")
    guard geteuid() == 0 else { return }
    #expect(system("mount -t tmpfs -o size=64k tmpfs '\(store.files)'") == 0)
    defer { _ = system("umount '\(store.files)'") }
    let noise = (0..<400_000).map { _ in String(UInt8.random(in: 33..<126), radix: 16) }.joined()
    folder.write("web.log.1", noise, daysOld: 8)
    let spec = try store.spec(of: folder)
    let action = try #require(await plan(spec).actions.first)
    await #expect(throws: Failure.self) { try await LogsController().apply(action, to: resource(spec)) }
    #expect(folder.names(in: folder.path) == ["web.log.1"])
    #expect(ScratchFolder.names(in: store.files).allSatisfy { !ArchiveName.isOne($0) })
  }

  @Test("odd names arrive as they are or stay where they are, and none leads out of the store's folder")
  func names() async throws {
    let odd = [
      "-rf.log", "a\nb.log", "..log", "$(touch x).log", "a:b.log", "*.log", " lead.log", "--config.log",
      "a\\b.log",
    ]
    for name in odd { folder.write(name, "\(name)\n", daysOld: 8) }
    let spec = try store.spec(of: folder)
    _ = try? await folder.keep(spec, roundsMax: 2)
    // What cannot be written in a name is written as its number, as it is for people; the rest of the log is the log.
    #expect(folder.names(in: folder.path) == [" lead.log"])
    let kept = ScratchFolder.names(in: store.files)
    #expect(kept.count == odd.count - 1, "\(kept)")
    for name in kept { #expect(odd.contains(try await String(unpacked(name).dropLast()))) }
    #expect(ScratchFolder.names(in: store.scratch.path("bucket")) == ["logs"])
    #expect(ScratchFolder.names(in: store.scratch.path("bucket/logs")) == ["web"])
  }

  @Test("a look costs one call")
  func one() async throws {
    final class Counting: CommandRunner {
      let count = Mutex(0)
      func run(_ command: Command) async throws -> CommandResult {
        count.withLock { $0 += 1 }
        return try await SubprocessRunner().run(command)
      }
    }
    for index in 0..<5 { folder.write("web.log.\(index)", "\(index)\n", daysOld: 8) }
    let spec = try store.spec(of: folder)
    _ = try await folder.keep(spec)
    let runner = Counting()
    let observed = await LogsController(commands: runner).observe(resource(spec)).value
    #expect(observed?.archive?.files == 5 && runner.count.withLock { $0 } == 1)
  }

  @Test(
    "a remote with options, made up on the spot, or a path that leads upwards is refused",
    arguments: [
      "cold", "cold:", ":local:/etc", "cold,x=y:a", "cold:../a", "cold:a//b", "cold:/a", "-x:a", "cold:a/",
      "c d:a",
    ])
  func refused(text: String) { #expect(RemotePath(text) == nil) }
}
