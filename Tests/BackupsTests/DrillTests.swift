import Calendar
import Glibc
import Host
import Reconciliation
import Testing

@testable import Backups

@Suite("Restoring real dumps")
struct DrillTests {
  let folder: DumpFolder

  init() throws {
    folder = try DumpFolder()
    folder.shell("mkdir data; echo precious > data/row; tar -czf a.tar.gz data; rm -r data")
    folder.age("a.tar.gz", hours: 40 * 24)
  }

  private func drill(_ restore: [String], rto: Duration? = .seconds(60)) async throws -> (
    Result<Outcome, any Error>, BackupsSpec
  ) {
    let spec = try folder.spec(every: "90d", rto: rto, drill: "monthly", restore: restore)
    let (plan, _) = try await folder.verified(spec)
    let action = try #require(plan.actions.first { $0.kind == .drill })
    do {
      return (.success(try await folder.controller.apply(action, to: resource(spec))), spec)
    } catch {
      return (.failure(error), spec)
    }
  }

  private var leftovers: String {
    folder.shell("ls '\(folder.state)/scratch' > '\(folder.root)/left' 2>/dev/null")
    return (try? PrivateFile.read(folder.root + "/left", bytesMax: 1000)).flatMap { $0 }
      .map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  @Test("a drill restores into an empty private folder, is timed, and leaves nothing behind")
  func succeeds() async throws {
    let proof = folder.root + "/proof"
    let script =
      #"tar -C "$2" -xzf "$1" && ls -A "$2" > "$3" && stat -c %a "$2" >> "$3" && cat data/row >> "$3" && ln -s / "$2/link" "#
      + #"&& mkfifo "$2/fifo" && mkdir -m 0 "$2/locked""#
    let (result, spec) = try await drill(["/bin/sh", "-c", script, "restore", "{backup}", "{scratch}", proof])

    let outcome = try result.get()
    #expect(outcome.details["ok"] == true)
    #expect(outcome.details["backup"] == "a.tar.gz")
    #expect(outcome.details["seconds"].int != nil)
    let text = try #require(try PrivateFile.read(proof, bytesMax: 1000))
    #expect(String(decoding: text, as: UTF8.self) == "data\n700\nprecious\n")
    #expect(leftovers == "")
    let plan = await folder.plan(spec)
    #expect(plan.actions.isEmpty)
    #expect(!plan.findings.map(\.code).contains("drill-failed"))
  }

  @Test("a restore that fails is a failure for a person, stays a finding, and leaves nothing behind")
  func fails() async throws {
    let (result, spec) = try await drill([
      "/bin/sh", "-c", "touch half; echo no such database >&2; exit 3", "{backup}",
    ])
    #expect {
      try result.get()
    } throws: { error in
      let failure = error as? Failure
      return failure?.class == .needsOperator && failure?.cause.contains("no such database") == true
    }
    #expect(leftovers == "")
    let plan = await folder.plan(spec)
    #expect(plan.findings.first { $0.code == "drill-failed" }?.severity == .critical)
    // It is still due; the kernel holds back what failed for a person.
    #expect(plan.actions.map(\.kind) == [.drill])
  }

  @Test("a restore that hangs is ended after four times its time")
  func hangs() async throws {
    let (result, _) = try await drill(["/bin/sh", "-c", "sleep 600", "{backup}"], rto: .milliseconds(100))
    #expect(throws: Failure.self) { try result.get() }
    #expect(leftovers == "")
  }

  @Test("what a drill that was cut short left behind is removed before the next")
  func cutShort() async throws {
    folder.shell(
      "mkdir -p '\(folder.state)/scratch/dev.main/old'; chmod 700 '\(folder.state)/scratch'; ln -s /tmp '\(folder.state)/scratch/dev.main/link'"
    )
    let (result, _) = try await drill([
      "/bin/sh", "-c", "test -z \"$(ls -A \"$2\")\"", "restore", "{backup}", "{scratch}",
    ])
    _ = try result.get()
    #expect(leftovers == "")
    #expect(access("/tmp", F_OK) == 0)
  }

  @Test("what a placeholder stands for is not looked through for placeholders")
  func placeholders() async throws {
    folder.shell("mv a.tar.gz '{scratch}.tar.gz'")
    folder.age("{scratch}.tar.gz", hours: 40 * 24)
    let (result, _) = try await drill(["/bin/sh", "-c", "test -f \"$1\"", "restore", "{backup}"])
    #expect(try result.get().details["ok"] == true)
  }

  @Test("a program that is not there is said before anything is tried")
  func noProgram() async throws {
    let spec = try folder.spec(every: "90d", drill: "monthly", restore: ["/srv/no/such/restore", "{backup}"])
    let (plan, _) = try await folder.verified(spec)
    #expect(plan.actions.isEmpty)
    #expect(plan.findings.map(\.code).contains("no-restore"))
    #expect(plan.waitingOn.contains { $0.reason.contains("/srv/no/such/restore") })
  }
}
