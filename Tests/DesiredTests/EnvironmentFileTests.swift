import Calendar
import Desired
import Reconciliation
import Specification
import Testing

@Suite("Environment files")
struct EnvironmentFileTests {
  @Test("the header is read as written")
  func header() throws {
    let reading = Reading.environment(
      Reading.good(
        """
        purpose: QA & integration testing
        users: [developers, qa]
        load: 1000 rps
        uptime: 95%
        region: eu-west
        deployment: manual gated
        change window: Mon..Thu 09:00-16:00
        guard: {disruptive: window, destructive: 1 release-engineer}
        access: {read: [developers, qa], approve: [release-engineer]}

        """))
    #expect(reading.mistakes == [])
    let header = try #require(reading.adopted?.header)
    #expect(header.name == "staging")
    #expect(header.data == .productionLike)
    #expect(header.requestsPerSecond == 1000)
    #expect(header.uptime == 0.95)
    #expect(header.zone.name == "Europe/Berlin")
    #expect(header.changeWindow != nil)
    #expect(header.guard.disruptive == .window)
    #expect(header.guard.destructive == .approvals(1, role: "release-engineer"))
    #expect(header.access[.read] == ["developers", "qa"])
    #expect(header.places["load"] == Place(file: "environments/staging.yaml", line: 6, column: 1))
  }

  @Test("a byte order mark, Windows' line ends and a document's start are no mistakes")
  func harmless() {
    let text = "\u{FEFF}---\r\n" + Reading.good().replacing("\n", with: "\r\n") + "...\r\n"
    #expect(Reading.environment(text).mistakes == [])
  }

  @Test("sections reach their controllers, the others are kept by name and place")
  func sections() throws {
    let adopted = try #require(
      Reading.environment(
        Reading.good(
          """
          cdn: {delivery: global}
          instances: {web: {run: [/bin/web]}, worker: {run: [/bin/worker]}}
          budget: {monthly: $500, machines: cheapest}

          """)
      ).adopted)
    #expect(
      adopted.resources.map(\.id.description) == [
        "staging/instances/web", "staging/instances/worker", "staging/budget/monthly",
      ])
    #expect(adopted.notKept.map(\.name) == ["cdn", "budget/machines"])
    #expect(adopted.notKept.map(\.place.line) == [4, 6])
  }

  @Test("one mistake in one section refuses the whole file, and all mistakes are told")
  func asAWhole() {
    let reading = Reading.environment(
      Reading.good(
        "instances: {web: {run: sleep}}\nbudget: {monthly: 500}\nlogs: {web: {path: /var/log, keep: 7}}\n"))
    #expect(reading.adopted == nil)
    #expect(reading.mistakes.map(\.place.line) == [4, 5, 6])
    guard case .refused(let environment, _, let mistakes, _) = reading.input else {
      Issue.record("it was adopted")
      return
    }
    #expect(environment == "staging")
    #expect(mistakes.count == 3)
  }

  @Test("without steward.yaml's word, roles are taken as written")
  func unknownSteward() {
    let file = EnvironmentFile(zones: Reading.zones, controllers: [], steward: nil)
    let text = Reading.good("access: {read: [whoever]}\nalerts: {low: {to: wherever, does: log}}\n")
    #expect(file.read(SourceFile(name: "staging.yaml", contents: .success(Array(text.utf8)))).adopted != nil)
  }

  @Test("the digest follows the bytes")
  func digest() {
    let one = Reading.environment(Reading.good())
    let other = Reading.environment(Reading.good("# a comment\n"))
    #expect(one.digest.count == 64)
    #expect(one.digest != other.digest)
  }
}
