import Calendar
import Glibc
import Host
import Reconciliation
import Testing

@testable import Logs

@Suite("Purging real files")
struct PurgeTests {
  let folder: LogFolder

  init() throws { folder = try LogFolder() }

  @Test("what is past keep goes, in subfolders too, and every byte is told")
  func byAge() async throws {
    folder.write("old.log", String(repeating: "x", count: 100_000), daysOld: 31)
    folder.write("new.log", daysOld: 29)
    mkdir(folder.path + "/nginx", 0o755)
    folder.write("nginx/access.log.1", daysOld: 40)
    var status = stat()
    stat(folder.path + "/old.log", &status)
    var expected = Int64(status.st_blocks) * 512
    stat(folder.path + "/nginx/access.log.1", &status)
    expected += Int64(status.st_blocks) * 512

    let outcomes = try await folder.keep(folder.spec(keep: "30d"))

    #expect(outcomes.count == 1)
    #expect(outcomes[0].details["files"] == 2)
    #expect(outcomes[0].details["bytesFreed"].int == expected)
    #expect(folder.names(in: folder.path) == ["new.log", "nginx"])
  }

  @Test("only names that match go")
  func matching() async throws {
    folder.write("web.log.1", daysOld: 31)
    folder.write("notes.txt", daysOld: 31)
    _ = try await folder.keep(folder.spec(match: "*.log*", keep: "30d"))
    #expect(folder.names(in: folder.path) == ["notes.txt"])
  }

  @Test("links, FIFOs, folders and files with a second name are left alone, whatever their age")
  func otherKinds() async throws {
    folder.write("canary", daysOld: 90, in: folder.root + "/outside")
    symlink(folder.root + "/outside/canary", folder.path + "/link.log")
    symlink(folder.root + "/outside", folder.path + "/linked")
    mkfifo(folder.path + "/fifo.log", 0o600)
    mkdir(folder.path + "/folder.log", 0o755)
    folder.write("twice.log", daysOld: 90)
    link(folder.path + "/twice.log", folder.root + "/outside/other-name")
    for name in ["link.log", "fifo.log", "folder.log", "twice.log"] {
      folder.age(folder.path + "/" + name, 90)
    }

    let spec = try folder.spec(keep: "30d")
    let outcomes = try await folder.keep(spec)

    #expect(outcomes.isEmpty)
    #expect(folder.names(in: folder.path) == ["fifo.log", "folder.log", "link.log", "linked", "twice.log"])
    #expect(folder.names(in: folder.root + "/outside") == ["canary", "other-name"])
    let plan = LogsController.plan(resource(spec), await LogsController().observe(resource(spec)), context())
    #expect(plan.findings.map(\.code) == ["several-names"])
  }

  @Test("a file that is open for writing is waited for, and its writer is named")
  func held() async throws {
    folder.write("busy.log", daysOld: 40)
    folder.write("free.log", daysOld: 40)
    let writer = open(folder.path + "/busy.log", O_WRONLY | O_APPEND)
    defer { close(writer) }
    let spec = try folder.spec(keep: "30d")

    let outcomes = try await folder.keep(spec)

    #expect(outcomes.map { $0.details["files"] } == [1])
    #expect(folder.names(in: folder.path) == ["busy.log"])
    let plan = LogsController.plan(resource(spec), await LogsController().observe(resource(spec)), context())
    #expect(plan.state == .waiting)
    #expect(plan.waitingOn.first?.reason.contains("busy.log") == true)
    #expect(plan.waitingOn.first?.reason.contains("(\(getpid()))") == true)
  }

  @Test("a file opened between plan and purge is left, and so is one that was written to")
  func changedMeanwhile() async throws {
    for name in ["opened", "written", "renamed", "plain"] { folder.write("\(name).log", daysOld: 40) }
    let spec = try folder.spec(match: "*.log", keep: "30d")
    let controller = LogsController()
    let plan = LogsController.plan(resource(spec), await controller.observe(resource(spec)), context())
    let writer = open(folder.path + "/opened.log", O_WRONLY | O_APPEND)
    defer { close(writer) }
    folder.write("written.log", "more lines\n")
    rename(folder.path + "/renamed.log", folder.path + "/renamed.keep")

    let outcome = try await controller.apply(try #require(plan.actions.first), to: resource(spec))

    #expect(folder.names(in: folder.path) == ["opened.log", "renamed.keep", "written.log"])
    #expect(outcome.details["files"] == 1)
    #expect(outcome.details["skippedFiles"] == 3)
    #expect(outcome.details["skipped"].elements.allSatisfy { $0["reason"].text?.isEmpty == false })
  }

  @Test("a folder that is reached through a link is refused, and is unknown")
  func linkedFolder() async throws {
    folder.write("old.log", daysOld: 40, in: folder.root + "/outside")
    rmdir(folder.path)
    symlink(folder.root + "/outside", folder.path)
    let spec = try folder.spec(keep: "30d")
    let observed = await LogsController().observe(resource(spec))
    guard case .unknown(let reason, _) = observed else {
      Issue.record("it was looked at through the link")
      return
    }
    #expect(reason.contains("symbolic link"))
    #expect(LogsController.plan(resource(spec), observed, context()).actions.isEmpty)
  }

  @Test("a folder that vanished is unknown, not empty")
  func vanished() async throws {
    rmdir(folder.path)
    let spec = try folder.spec(keep: "30d")
    let plan = LogsController.plan(resource(spec), await LogsController().observe(resource(spec)), context())
    #expect(plan.state == .unknown)
    #expect(plan.headline.contains("not there"))
    #expect(plan.wakeAt != nil)
  }

  @Test("more files than one action names go at once, and what is held, linked twice or younger stays")
  func many() async throws {
    for index in 0..<1_100 { folder.write("a.\(index)", daysOld: 40) }
    mkdir(folder.path + "/deep", 0o755)
    for index in 0..<1_500 { folder.write("deep/b.\(index)", daysOld: 31) }
    folder.write("busy", daysOld: 40)
    folder.write("young", daysOld: 29)
    folder.write("twice", daysOld: 40)
    link(folder.path + "/twice", folder.root + "/outside/other-name")
    folder.write("canary", daysOld: 90, in: folder.root + "/outside")
    symlink(folder.root + "/outside", folder.path + "/linked")
    let writer = open(folder.path + "/busy", O_WRONLY | O_APPEND)
    defer { close(writer) }

    let outcomes = try await folder.keep(folder.spec(keep: "30d"))

    #expect(outcomes.map { $0.details["files"] } == [2_600])
    #expect(outcomes.first?.details["skippedFiles"] == 1)
    #expect(folder.names(in: folder.path) == ["busy", "deep", "linked", "twice", "young"])
    #expect(folder.names(in: folder.path + "/deep").isEmpty)
    #expect(folder.names(in: folder.root + "/outside") == ["canary", "other-name"])
  }

  @Test("trimming for the cap never goes beyond the files it names")
  func trimNames() async throws {
    for index in 0..<600 { folder.write("a.\(index)", daysOld: 3) }
    let spec = try folder.spec(atMost: 4_096)
    let plan = LogsController.plan(resource(spec), await LogsController().observe(resource(spec)), context())
    #expect(plan.actions.map(\.kind) == [.trim])
    #expect(plan.actions.first?.files.count == LogsAction.filesMax)
    #expect(plan.actions.first?.upTo == nil)
  }

  @Test("over the cap the oldest go first, and what was just written is spared")
  func cap() async throws {
    let block = String(repeating: "x", count: 1 << 20)
    for index in 1...4 { folder.write("web.log.\(index)", block, daysOld: Double(index)) }
    folder.write("web.log", block)
    let spec = try folder.spec(atMost: 3 << 20)
    let plan = LogsController.plan(resource(spec), await LogsController().observe(resource(spec)), context())
    #expect(plan.actions.map(\.risk) == [.destructive])

    _ = try await folder.keep(spec)

    #expect(folder.exists("web.log"))
    #expect(!folder.exists("web.log.4"))
    #expect(!folder.exists("web.log.3"))
    #expect(folder.exists("web.log.1"))
  }
}
