import Desired
import Reconciliation
import Specification
import Testing

@Suite("The configuration folder")
struct ConfigurationFolderTests {
  private static func file(_ name: String, _ text: String) -> SourceFile {
    SourceFile(name: name, contents: .success(Array(text.utf8)))
  }

  private static func folder(
    steward: String = "roles: {qa: {groups: [qa]}}\n", lastGood: StewardFile? = nil,
    _ environments: SourceFile...
  ) -> ConfigurationFolder {
    ConfigurationFolder(
      steward: file("steward.yaml", steward), lastGood: lastGood, environments: environments,
      zones: Reading.zones,
      controllers: Reading.controllers)
  }

  @Test("what editors leave beside a file is no environment")
  func editors() {
    for name in ["staging.yaml", "a.yaml"] { #expect(ConfigurationFolder.isEnvironment(fileName: name)) }
    for name in [
      ".staging.yaml", ".staging.yaml.swp", "staging.yaml~", "#staging.yaml#", "4913", "staging.yml", ".yaml",
      "staging.yaml.bak", ".#staging.yaml", "sub/staging.yaml",
    ] { #expect(!ConfigurationFolder.isEnvironment(fileName: name)) }
  }

  @Test("a copied file that still names the first environment is refused, and the first is not")
  func copied() {
    let good = Reading.good()
    let folder = Self.folder(
      Self.file("environments/staging.yaml", good), Self.file("environments/test.yaml", good))
    #expect(folder.environments.map { $0.adopted != nil } == [true, false])
    #expect(
      folder.mistakes.map(\.description) == [
        "environments/test.yaml:1:14: error: `environment` says `staging`, but the file is named test.yaml: they must agree"
      ])
  }

  @Test("while steward.yaml is half-written, its last good version is in force")
  func lastGood() {
    let text = Reading.good("access: {read: [qa, nobody-here]}\n")
    let folder = Self.folder(
      steward: "roles: {qa: {gro", lastGood: Reading.steward, Self.file("environments/staging.yaml", text))
    #expect(folder.steward.steward == nil)
    #expect(folder.mistakes.map(\.place.file) == ["steward.yaml", "environments/staging.yaml"])
  }

  @Test("steward.yaml is read strictly")
  func stewardFile() throws {
    let folder = Self.folder(
      steward: """
        socket: /run/steward/steward.sock
        roles:
          developers: {groups: [dev], users: [alice, bob]}
        stores: {secrets: sealed}
        alerts: {on-call: {by: pagerduty, key file: /etc/steward/keys/pagerduty}}

        """)
    let steward = try #require(folder.steward.steward)
    #expect(steward.socket == "/run/steward/steward.sock")
    #expect(steward.roles["developers"] == .init(users: ["alice", "bob"], groups: ["dev"]))
    #expect(steward.alertRoutes == ["on-call"])
    #expect(steward.notKept.keys.sorted() == ["alerts"])

    let bad = Self.folder(
      steward: "sockt: /run/s\nroles: {qa: {users: [on], grups: [x]}}\nstores: {secrets: vault}\n")
    #expect(
      bad.mistakes.map(\.description) == [
        "steward.yaml:1:1: error: unknown key `sockt`, did you mean `socket`?",
        "steward.yaml:2:22: error: `users`: YAML reads `on` as the bool true; if the text is meant, write it in quotes: "
          + "\"on\"",
        "steward.yaml:2:27: error: unknown key `grups` in roles/qa, did you mean `groups`?",
        "steward.yaml:3:19: error: `secrets`: `vault` is none of `sealed`",
      ])
  }

  @Test("the mission's own files have no mistakes")
  func ownFiles() throws {
    let config = Reading.folder + "/../../config/"
    func source(_ name: String) throws -> SourceFile {
      SourceFile(
        name: name, contents: .success(try #require(Reading.bytes(of: config + name), "\(name) is missing")))
    }
    let folder = ConfigurationFolder(
      steward: try source("steward.yaml"),
      environments: try ["dev", "staging", "production"].map { try source("environments/\($0).yaml") },
      zones: Reading.zones, controllers: Reading.controllers)
    #expect(folder.mistakes == [])
    #expect(folder.environments.map(\.environment) == ["dev", "production", "staging"])
    for environment in folder.environments {
      let adopted = try #require(environment.adopted)
      #expect(adopted.resources.contains { $0.id.controller == "instances" })
      #expect(adopted.notKept.contains { $0.name == "monitoring" })
    }
  }
}
