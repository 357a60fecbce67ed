import Calendar
import Glibc
import Host
import Reconciliation
import SecretStore
import Testing

@testable import Secrets

@Suite("Rotating real secrets")
struct RotationTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop() }

  @Test("the first version is made, and nothing more")
  func first() async throws {
    let keeper = Keeper(workshop)
    try await keeper.adopt(["API_KEY": ["kind": "api-key"]])
    #expect(keeper.done == ["prepare", "test", "finish"])
    #expect(keeper.plan?.state == .ready)
    #expect(keeper.plan?.cell == "v1, new")
    #expect(try await workshop.values().mapValues(\.count) == [1: 40])
  }

  @Test("a year of rotations with a command: each value is set once, tested, and the one before it removed")
  func year() async throws {
    let keeper = Keeper(workshop)
    try await keeper.adopt([
      "API_KEY": ["kind": "api-key", "rotate": workshop.rotateScript(), "test": workshop.testScript()]
    ])
    try await keeper.pass(days(365))
    #expect(keeper.done.filter { $0 == "finish" }.count == 5)
    #expect(keeper.done.filter { $0 == "retire" }.count == 4)
    #expect(!keeper.events.contains { [.failed, .unconfirmed, .unknown].contains($0.kind) })
    let values = try await workshop.values()
    #expect(values.keys.sorted() == [5])
    #expect(workshop.text("server") == values[5])
    #expect(workshop.text("told")?.split(separator: "\n").count == 5)
    #expect(workshop.files("scratch").isEmpty)
  }

  @Test("an env file holds the value in force, and the one before while its overlap lasts")
  func overlap() async throws {
    let keeper = Keeper(workshop)
    try await keeper.adopt([
      "API_KEY": [
        "kind": "signing-key", "every": "30d", "overlap": "1d", "file": .text(workshop.path("srv/KEY.env")),
      ]
    ])
    let first = try #require(try await workshop.values()[1])
    #expect(workshop.text("srv/KEY.env") == "API_KEY=\(first)\n")
    #expect(workshop.mode("srv/KEY.env") == 0o600)

    try await keeper.pass(days(30))
    let second = try #require(try await workshop.values()[2])
    #expect(workshop.text("srv/KEY.env") == "API_KEY=\(second)\nAPI_KEY_PREVIOUS=\(first)\n")
    #expect(keeper.plan?.state == .ready)
    #expect(
      keeper.plan?.facts == [.secretVersions(by: Keeper.id, name: "API_KEY", current: 2, previous: [1])])

    try await keeper.pass(days(1))
    #expect(workshop.text("srv/KEY.env") == "API_KEY=\(second)\n")
    #expect(try await workshop.values().keys.sorted() == [2])
    #expect(workshop.files("srv") == ["KEY.env"])
  }

  @Test("a person's demand rotates at once, and once")
  func demand() async throws {
    let keeper = Keeper(workshop)
    try await keeper.adopt(["API_KEY": ["kind": "api-key"]])
    workshop.clock.advance(by: .seconds(60))
    let anna = Caller(name: "anna", roles: [], isOwner: true)
    try await keeper.settle(
      .requested(Request(.demand(verb: "rotate", Keeper.id, reason: "it leaked"), by: anna), number: 1))
    try await keeper.pass(.seconds(3600))
    #expect(try await workshop.values().keys.sorted() == [2])
    #expect(
      keeper.events.contains { $0.kind == .done && $0.message == "prepared version 2: anna asked for it" })
  }

  @Test("a demand is heard although the clock went back behind the value's making")
  func demandAfterStep() async throws {
    let keeper = Keeper(workshop)
    try await keeper.adopt(["API_KEY": ["kind": "api-key"]])
    workshop.clock.set(to: noon - days(2))
    try await keeper.settle(.woke)
    #expect(try await workshop.values().keys.sorted() == [1])
    #expect(keeper.findings == ["made-in-future"])
    let anna = Caller(name: "anna", roles: [], isOwner: true)
    try await keeper.settle(
      .requested(Request(.demand(verb: "rotate", Keeper.id, reason: ""), by: anna), number: 1))
    #expect(try await workshop.values().keys.sorted() == [2])
  }

  @Test("an env file that was edited, opened to others or removed is written anew, and somebody is told")
  func drift() async throws {
    let file = workshop.path("srv/KEY.env")
    let keeper = Keeper(workshop)
    try await keeper.adopt(["API_KEY": ["kind": "api-key", "file": .text(file)]])
    let good = try #require(workshop.text("srv/KEY.env"))

    workshop.write("API_KEY=mine\n", to: "srv/KEY.env")
    try await keeper.lookAgain()
    #expect(workshop.text("srv/KEY.env") == good)

    chmod(file, 0o644)
    try await keeper.lookAgain()
    #expect(workshop.mode("srv/KEY.env") == 0o600)

    unlink(file)
    try await keeper.lookAgain()
    #expect(workshop.text("srv/KEY.env") == good)

    workshop.write("\(good)MORE=1\n", to: "srv/KEY.env")
    try await keeper.lookAgain()
    #expect(workshop.text("srv/KEY.env") == good)

    let told = keeper.events.filter { $0.kind == .finding && $0.body["code"].text == "file-changed" }
    #expect(told.count == 4)
    #expect(keeper.findings.isEmpty)
    #expect(keeper.done.filter { $0 == "deliver" }.count == 5)
  }

  @Test("a file that somebody else made is not overwritten")
  func foreign() async throws {
    workshop.write("DATABASE=x\n", to: "srv/KEY.env")
    let keeper = Keeper(workshop)
    try await keeper.adopt(["API_KEY": ["kind": "api-key", "file": .text(workshop.path("srv/KEY.env"))]])
    #expect(workshop.text("srv/KEY.env") == "DATABASE=x\n")
    #expect(keeper.findings == ["file-unusable"])
    #expect(keeper.plan?.state == .degraded)
  }

  @Test("a link is never written through, and nothing new comes into force meanwhile")
  func link() async throws {
    workshop.write("precious\n", to: "precious")
    symlink(workshop.path("precious"), workshop.path("srv/KEY.env"))
    let keeper = Keeper(workshop)
    try await keeper.adopt(["API_KEY": ["kind": "api-key", "file": .text(workshop.path("srv/KEY.env"))]])
    try await keeper.pass(days(100))
    #expect(workshop.text("precious") == "precious\n")
    #expect(try await workshop.values().keys.sorted() == [1])
    #expect(keeper.findings.sorted() == ["file-unusable", "overdue"])
    unlink(workshop.path("srv/KEY.env"))
    try await keeper.lookAgain()
    #expect(try await workshop.values().keys.sorted() == [2])
    #expect(keeper.plan?.state == .ready)
  }

  @Test("a missing folder is for a person to make")
  func folder() async throws {
    let keeper = Keeper(workshop)
    try await keeper.adopt(["API_KEY": ["kind": "api-key", "file": .text(workshop.path("srv/deep/KEY.env"))]])
    #expect(keeper.plan?.findings.first?.message.contains("does not exist") == true)
    mkdir(workshop.path("srv/deep"), 0o700)
    try await keeper.lookAgain()
    #expect(workshop.text("srv/deep/KEY.env")?.hasPrefix("API_KEY=") == true)
    #expect(keeper.findings.isEmpty)
  }

  @Test("what a server knows and nobody sets there is made once, never rotated, and said")
  func inServer() async throws {
    let keeper = Keeper(workshop)
    try await keeper.adopt(["API_KEY": ["kind": "database-password", "in": "database/main", "role": "web"]])
    #expect(keeper.findings == ["not-set-in-server"])
    #expect(keeper.plan?.state == .ready)
    let anna = Caller(name: "anna", roles: [], isOwner: true)
    try await keeper.settle(
      .requested(Request(.demand(verb: "rotate", Keeper.id, reason: ""), by: anna), number: 1))
    try await keeper.pass(days(40))
    #expect(try await workshop.values().keys.sorted() == [1])
    #expect(keeper.findings == ["not-set-in-server", "overdue"])
    #expect(keeper.plan?.state == .degraded)
  }

  @Test("a fixed value is the one written, also after an edit, and a generated one takes its place at once")
  func fixed() async throws {
    var keeper = Keeper(workshop)
    try await keeper.adopt(["API_KEY": ["kind": "fixed", "value": "demo-key-12345"]])
    #expect(try await workshop.values() == [1: "demo-key-12345"])
    try await keeper.pass(days(1000))
    #expect(try await workshop.values() == [1: "demo-key-12345"])
    keeper = Keeper(workshop, after: keeper.events)
    try await keeper.adopt(["API_KEY": ["kind": "fixed", "value": "demo-key-67890"]])
    #expect(try await workshop.values() == [2: "demo-key-67890"])
    keeper = Keeper(workshop, after: keeper.events)
    try await keeper.adopt(["API_KEY": ["kind": "api-key"]])
    #expect(try await workshop.values().mapValues(\.count) == [3: 40])
    let log = keeper.events.map { "\($0)" }.joined()
    #expect(!log.contains("demo-key"))
  }

  @Test("an old copy of the store brings no number back, and the lost version is replaced")
  func restored() async throws {
    let keeper = Keeper(workshop)
    try await keeper.adopt(["API_KEY": ["kind": "api-key"]])
    let old = try #require(workshop.text("state/secrets/staging/API_KEY.json"))
    try await keeper.pass(days(200))
    #expect(try await workshop.values().keys.sorted() == [3])
    workshop.write(old, to: "state/secrets/staging/API_KEY.json")
    try await keeper.lookAgain()
    #expect(try await workshop.values().keys.sorted() == [4])
    #expect(keeper.events.contains { $0.kind == .finding && $0.body["code"].text == "version-lost" })
    #expect(keeper.findings.isEmpty)
  }

  @Test("a damaged store is unknown, and nothing is made in its place")
  func damaged() async throws {
    let keeper = Keeper(workshop)
    try await keeper.adopt(["API_KEY": ["kind": "api-key", "file": .text(workshop.path("srv/KEY.env"))]])
    let good = workshop.text("srv/KEY.env")
    workshop.write("{}", to: "state/secrets/staging/API_KEY.json")
    unlink(workshop.path("srv/KEY.env"))
    workshop.clock.advance(by: days(100))
    try await keeper.pass(.seconds(3600))
    #expect(keeper.plan?.state == .unknown)
    #expect(keeper.findings == ["unreadable"])
    #expect(workshop.text("state/secrets/staging/API_KEY.json") == "{}")
    #expect(workshop.text("srv/KEY.env") == nil && good != nil)
  }

  @Test(
    "a scratch folder that is gone hides nothing but the copy for rotate, which then says what is missing")
  func noScratch() async throws {
    rmdir(workshop.path("scratch"))
    let keeper = Keeper(workshop)
    try await keeper.adopt(["API_KEY": ["kind": "api-key"]])
    #expect(keeper.plan?.state == .ready)
    let commanded = Keeper(workshop, after: keeper.events)
    try await commanded.adopt([
      "API_KEY": ["kind": "api-key", "every": "10s", "rotate": workshop.rotateScript()]
    ])
    try await commanded.pass(.seconds(20))
    #expect(commanded.events.last { $0.kind == .failed }?.message.contains("scratch") == true)
    #expect(try await workshop.values().keys.sorted() == [1, 2])
  }

  @Test("reveal gives the value in force")
  func reveal() async throws {
    let controller = workshop.controller()
    let resource = secret(["kind": "api-key"])
    await #expect(throws: Failure.self) { try await controller.reveal(resource) }
    let keeper = Keeper(workshop, controller)
    try await keeper.adopt(["API_KEY": ["kind": "api-key"]])
    #expect(try await controller.reveal(resource) == (try await workshop.values()[1]))
  }
}
