import Calendar
import Glibc
import Host
import Reconciliation
import Synchronization
import Testing

@testable import Logs

@Suite("Archiving real files")
struct ArchiveTests {
  let folder: LogFolder

  init() throws { folder = try LogFolder() }

  private func unpacked(_ name: String) async throws -> String {
    let command = Command(["/bin/sh", "-c", "gzip -dc < \"$1\"", "sh", "\(folder.cold)/\(name)"])
    return try await SubprocessRunner().run(command).output.text
  }

  @Test("a log past its time is compressed, proved and only then removed")
  func archives() async throws {
    let text = String(repeating: "GET / 200\n", count: 50_000)
    folder.write("web.log.1", text, daysOld: 8)
    folder.write("web.log", "now\n")

    let outcomes = try await folder.keep(folder.spec(keep: "30d", archiveAfter: "7d"))

    #expect(outcomes.count == 1)
    #expect(outcomes[0].details["files"] == 1)
    #expect(
      (outcomes[0].details["bytesArchived"].int ?? 0) < (outcomes[0].details["bytesFreed"].int ?? 0) / 10)
    #expect(folder.names(in: folder.path) == ["web.log"])
    let archived = folder.names(in: folder.cold)
    #expect(archived.count == 1)
    #expect(archived[0].hasPrefix("web.log.1.2") && archived[0].hasSuffix("Z.gz"))
    // What is printed is cut at a quarter of a megabyte.
    #expect(try await unpacked(archived[0]) == text.prefix(256 << 10))
  }

  @Test("the archive keeps the log's time, so that keep bounds its whole life")
  func wholeLife() async throws {
    folder.write("web.log.1", daysOld: 8)
    _ = try await folder.keep(folder.spec(keep: "30d", archiveAfter: "7d"))
    let archived = try #require(folder.names(in: folder.cold).first)
    folder.age("\(folder.cold)/\(archived)", 31)
    folder.write("somebody-elses.gz", daysOld: 90, in: folder.cold)

    let outcomes = try await folder.keep(folder.spec(keep: "30d", archiveAfter: "7d"))

    #expect(outcomes.map(\.message).first?.hasPrefix("purged from the archive 1 file") == true)
    #expect(folder.names(in: folder.cold) == ["somebody-elses.gz"])
  }

  @Test("the same name on another day is another log in the archive")
  func rotationNames() async throws {
    folder.write("web.log.1", "monday\n", daysOld: 9)
    _ = try await folder.keep(folder.spec(archiveAfter: "7d"))
    folder.write("web.log.1", "tuesday\n", daysOld: 8)
    _ = try await folder.keep(folder.spec(archiveAfter: "7d"))
    #expect(folder.names(in: folder.cold).count == 2)
    folder.write("web.log.1", "of the same second\n", daysOld: 8)
    _ = try await folder.keep(folder.spec(archiveAfter: "7d"))
    #expect(folder.names(in: folder.cold).count == 3)
    #expect(folder.names(in: folder.path).isEmpty)
  }

  @Test("what an attempt that was cut short left behind is found, compared and used, or removed")
  func resumes() async throws {
    folder.write("web.log.1", "once\n", daysOld: 8)
    _ = try await folder.keep(folder.spec(archiveAfter: "7d"))
    let archived = try #require(folder.names(in: folder.cold).first)
    // The log came back: the copy was finished, the removal was not.
    folder.write("web.log.1", "once\n")
    _ = system("touch -r '\(folder.cold)/\(archived)' '\(folder.path)/web.log.1'")
    folder.write(".\(archived).unfinished", "half", in: folder.cold)
    _ = try await folder.keep(folder.spec(archiveAfter: "7d"))
    #expect(folder.names(in: folder.path).isEmpty)
    #expect(folder.names(in: folder.cold).contains(archived))

    folder.write("web.log.2", "twice\n", daysOld: 8)
    let log = try #require(FileName("web.log.2"))
    let entry = try #require(try Folder(folder.path).entry(log))
    let name = ArchiveName(entry).name
    folder.write(".\(name).unfinished", "half", in: folder.cold)
    _ = try await folder.keep(folder.spec(archiveAfter: "7d"))
    #expect(folder.names(in: folder.path).isEmpty)
    #expect(try await unpacked(name) == "twice\n")
    #expect(!folder.names(in: folder.cold).contains(".\(name).unfinished"))
  }

  @Test("what is compressed already moves as it is, byte for byte")
  func compressedAlready() async throws {
    folder.write("web.log.2.gz", "not really gzip, and nobody cares\n", daysOld: 8)
    mkdir(folder.path + "/nginx", 0o755)
    folder.write("nginx/a.log", "deep\n", daysOld: 8)
    _ = try await folder.keep(folder.spec(archiveAfter: "7d"))
    let archived = folder.names(in: folder.cold)
    #expect(archived.count == 2)
    let name = try #require(archived.first { $0.hasPrefix("web.log.2.2") })
    let bytes = try Folder(folder.cold).open(#require(FileName(name))).readAll(bytesMax: 1000)
    #expect(bytes == Array("not really gzip, and nobody cares\n".utf8))
    #expect(folder.names(in: folder.cold + "/nginx").count == 1)
  }

  @Test("a compressor that lies or fails costs no log")
  func badCompressor() async throws {
    folder.write("web.log.1", "precious\n", daysOld: 8)
    let spec = try folder.spec(archiveAfter: "7d")
    let lies = ScriptedRunner { command in
      // Copies nothing, and says that all is well; the digest is another's.
      CommandResult(
        end: .exited(0),
        output: CapturedOutput(command.arguments.count == 5 ? String(repeating: "0", count: 64) : ""))
    }
    let fails = ScriptedRunner { _ in
      CommandResult(end: .exited(1), error: CapturedOutput("No space left on device"))
    }
    for runner in [lies, fails] {
      let controller = LogsController(commands: runner)
      let plan = LogsController.plan(resource(spec), await controller.observe(resource(spec)), context())
      await #expect(throws: Failure.self) {
        try await controller.apply(try #require(plan.actions.first), to: resource(spec))
      }
      #expect(folder.exists("web.log.1"))
      #expect(folder.names(in: folder.cold).isEmpty)
    }
  }

  @Test("a log that is written to while it is archived stays")
  func writtenMeanwhile() async throws {
    folder.write("web.log.1", "first\n", daysOld: 8)
    let spec = try folder.spec(archiveAfter: "7d")
    let appended = Mutex(false)
    let path = folder.path
    let runner = ScriptedRunner { command in
      let result = try await SubprocessRunner().run(command)
      if appended.withLock({ was in
        defer { was = true }; return !was
      }) {
        _ = system("echo more >> '\(path)/web.log.1'")
      }
      return result
    }
    let controller = LogsController(commands: runner)
    let plan = LogsController.plan(resource(spec), await controller.observe(resource(spec)), context())
    _ = try? await controller.apply(try #require(plan.actions.first), to: resource(spec))
    #expect(folder.exists("web.log.1"))
    #expect(folder.names(in: folder.cold).isEmpty)
  }

  @Test("an archive that is not there stops archiving, is said, and nothing is deleted in its place")
  func noArchive() async throws {
    rmdir(folder.cold)
    folder.write("web.log.1", String(repeating: "x", count: 1 << 20), daysOld: 8)
    let spec = try folder.spec(keep: "30d", atMost: 4096, archiveAfter: "7d")
    let plan = LogsController.plan(resource(spec), await LogsController().observe(resource(spec)), context())
    #expect(plan.actions.isEmpty)
    #expect(Set(plan.findings.map(\.code)).isSuperset(of: ["no-archive", "over-cap"]))
  }
}
