import Calendar
import Host
import Reconciliation
import SecretStore
import Synchronization
import Testing

@testable import Secrets

@Suite("No value gets out")
struct CanaryTests {
  /// Keeps what every command was asked and answered.
  private final class Listening: CommandRunner {
    let heard = Mutex<[String]>([])

    func run(_ command: Command) async throws -> CommandResult {
      heard.withLock { $0 += command.arguments + command.environment.map { "\($0.key)=\($0.value)" } }
      return try await SubprocessRunner().run(command)
    }
  }

  @Test("not into events, failures, plans, descriptions, arguments or variables, though a command shouts it")
  func canary() async throws {
    let workshop = try Workshop()
    let listening = Listening()
    let controller = workshop.controller(runner: listening)
    // Refuses twice, each time with both values on its standard error, and shows how it was called.
    let rotate = workshop.script(
      "rotate",
      """
      new=$(cat); old=$(cat "$STEWARD_CURRENT_FILE")
      tr '\\0' '\\n' < /proc/$$/cmdline >> $D/called
      tr '\\0' '\\n' < /proc/$$/environ >> $D/called
      echo "$STEWARD_CURRENT_FILE $(stat -c %a "$STEWARD_CURRENT_FILE")" >> $D/called
      echo x >> $D/count
      [ $(wc -l < $D/count) -gt 2 ] || { echo "no: $new, have $old" >&2; exit 1; }
      printf %s "$new" > $D/server
      """)
    let keeper = Keeper(workshop, controller)
    let file: Written = [
      "API_KEY": [
        "kind": "api-key", "overlap": "1d", "rotate": rotate, "test": workshop.testScript(),
        "file": .text(workshop.path("srv/KEY.env")),
      ]
    ]
    try await keeper.adopt(file)
    try await keeper.pass(.seconds(60))
    var values = Set(try await workshop.values().values)
    workshop.write("", to: "count")
    try await keeper.pass(days(90))
    values.formUnion(try await workshop.values().values)
    try await keeper.pass(days(2))
    #expect(values.count == 2)
    #expect(keeper.events.filter { $0.kind == .failed }.count == 4)
    #expect(keeper.events.contains { $0.message.contains("no: •••") })

    var said = keeper.events.map { "\($0) \($0.body) \(String(reflecting: $0))" }
    said += keeper.events.compactMap { try? JSON(encoding: $0).description }
    said += keeper.reconciler.resources.values.map { "\($0)" }
    said.append("\(controller) \(String(reflecting: controller))")
    var dumped = ""
    dump(keeper.reconciler, to: &dumped)
    said.append(dumped)
    said += listening.heard.withLock { $0 }
    said.append(workshop.text("called") ?? "")
    said.append(workshop.text("state/secrets/staging/API_KEY.json") ?? "")
    let everything = said.joined(separator: "\n")
    #expect(everything.contains("STEWARD_VERSION=2"))
    #expect(everything.contains("staging.API_KEY.current 600"))
    for value in values { #expect(!everything.contains(value)) }
    #expect(workshop.files("scratch").isEmpty)
  }
}
