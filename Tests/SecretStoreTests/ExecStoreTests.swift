import Calendar
import Fixtures
import FoundationEssentials
import Glibc
import Host
import SecretStore
import Testing

@Suite("A store behind a program")
struct ExecStoreTests {
  private let folder = ScratchFolder()
  private let key = SecretID(environment: "staging", name: "API_KEY")
  private let now = Instant(seconds: 1_800_000_000)
  private let store: DocumentStore
  /// The example that the README shows.
  private static let program = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "vault")
    .path()

  init() {
    store = DocumentStore(behind: ["/usr/bin/python3", Self.program, folder.path("kept")])
  }

  private func failing(_ script: String) -> DocumentStore {
    DocumentStore(behind: ["/bin/sh", "-c", script])
  }

  @Test("what is true of the sealed store is true of it, step by step", arguments: [false, true])
  func conforming(isSealed: Bool) async throws {
    let store: any SecretStore =
      isSealed
      ? try folder.store() : store
    try await conforms(store, key, at: now)
  }

  @Test("one environment never gets what is another's, not even from a program that mixes them up")
  func apart() async throws {
    _ = try await store.add(Secret("of staging"), to: key, at: now)
    let other = SecretID(environment: "production", name: "API_KEY")
    #expect(try await store.versions(of: other).isEmpty)
    folder.makeFolder("kept/production")
    #expect(symlink(folder.path("kept/staging/API_KEY"), folder.path("kept/production/API_KEY")) == 0)
    try await expect(.damaged) { _ = try await store.value(of: other, version: 1) }
    try await expect(.damaged) { _ = try await store.add(Secret("x"), to: other, at: now) }
    for name in ["../staging", "a/b", ".hidden", "", "a\nb"] {
      try await expect(.refused) {
        _ = try await store.versions(of: SecretID(environment: name, name: "API_KEY"))
      }
      try await expect(.refused) {
        _ = try await store.versions(of: SecretID(environment: "production", name: name))
      }
    }
  }

  @Test("of two that change at once, one is told so; nothing is lost")
  func conflicts() async throws {
    try await takesOneChange(store, key, at: now)
  }

  @Test("a program that fails, hangs up, says nothing or something else makes a secret unknown, never absent")
  func fails() async throws {
    try await expect(.unavailable) { _ = try await failing("exit 3").versions(of: key) }
    try await expect(.unavailable) { _ = try await failing("kill -9 $$").versions(of: key) }
    try await expect(.unavailable) {
      _ = try await DocumentStore(behind: ["/no/such/program"]).versions(of: key)
    }
    for answer in [
      "", "null", "[]", #"{"document": 1}"#, #"{"document": "x"}"#, #"{"revision": "1"}"#, "{}}",
    ] {
      try await expect(.damaged) { _ = try await failing("printf %s '\(answer)'").versions(of: key) }
    }
    try await expect(.damaged) {
      _ = try await failing(#"printf '{"document": "{}", "revision": "1"}'"#).versions(of: key)
    }
    // Something that reads well, and does not say that it wrote.
    try await expect(.damaged) { _ = try await failing("printf '{}'").add(Secret("value"), to: key, at: now) }
  }

  @Test("no value stands in an argument, a variable or an error")
  func secret() async throws {
    let canary = "canary-7f3a9c"
    let spying =
      #"cat >/dev/null; tr '\0' '\n' </proc/$$/environ >>"$0"; tr '\0' '\n' </proc/$$/cmdline >>"$0"; "#
    let store = DocumentStore(behind: ["/bin/sh", "-c", spying + "printf '{}'", folder.path("seen")])
    do {
      _ = try await DocumentStore(behind: [
        "/bin/sh", "-c",
        #"read line; case $line in *read*) printf '{}' ;; *) echo "$line" >&2; exit 1 ;; esac"#,
      ]).add(Secret(canary), to: key, at: now)
      Issue.record("it does not fail")
    } catch {
      #expect(
        !"\(error)".contains(canary) && !"\(error)".contains(Data(canary.utf8).base64EncodedString()),
        "\(error)")
    }
    _ = try? await store.add(Secret(canary), to: key, at: now)
    #expect(folder.text("seen")?.contains(canary) == false)
    #expect(folder.text("seen")?.contains("STEWARD_SECRET=API_KEY") == true)
    #expect(folder.text("seen")?.contains("STEWARD_ENVIRONMENT=staging") == true)
  }
}
