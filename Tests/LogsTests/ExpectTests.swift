import Calendar
import Reconciliation
import Specification
import Testing

@testable import Logs

@Suite("What archiving leaves")
struct ExpectTests {
  @Test("a log that is archived is expected in the archive, from which it goes in its time")
  func archivedLogsAge() throws {
    let now = Instant(seconds: 1_800_000_000)
    let file = ObservedFile(
      path: "a.log", inode: 7, size: 4_000, bytes: 4_096, modified: now - .seconds(2 * 86_400))
    let observed = LogsObserved(
      logs: Shelf(
        files: 1, bytes: 4_096, oldest: file.modified, newest: file.modified, candidates: [file]),
      archive: Shelf())
    let spec = LogsSpec(
      path: "/logs", match: "*", keep: try TimeSpan("5d"), atMost: nil,
      archive: LogsSpec.Archive(to: "/cold", after: try TimeSpan("1d")), purgeAt: nil)
    let node = SpecNode(place: Place(file: "staging.yaml"), content: .mapping([]))
    let resource = Resource(
      ResourceID(environment: "staging", controller: "logs", name: "web"), spec: spec, node: node)
    func plan(_ observed: LogsObserved, at instant: Instant) -> Plan<LogsAction> {
      LogsController.plan(
        resource, .known(observed, at: instant),
        PlanContext(now: instant, environment: EnvironmentHeader(name: "staging", zone: .utc)))
    }

    let archive = try #require(plan(observed, at: now).actions.first)
    let after = LogsController.expect(archive, of: resource, after: observed, at: now)
    #expect(plan(after, at: now).actions.isEmpty)
    let purge = try #require(plan(after, at: now + .seconds(4 * 86_400)).actions.first)
    #expect(purge.kind == .purge && purge.from == .archive && purge.files.map(\.modified) == [file.modified])
  }
}
