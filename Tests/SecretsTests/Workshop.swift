import Calendar
import Cryptography
import Fixtures
import Glibc
import Host
import Reconciliation
import SecretStore
import Synchronization

@testable import Secrets

/// A scratch folder with a store, real scripts and a server that is a file: what it holds is the password it
/// takes.
final class Workshop: Sendable {
  private let scratch = ScratchFolder()
  var folder: String { scratch.path }
  let clock = VirtualClock(at: noon)
  let key: SealingKey

  init() throws {
    for name in ["state", "scratch", "srv"] { mkdir(scratch.path(name), 0o700) }
    key = try SealingKey(bytes: [UInt8](repeating: 7, count: SealingKey.length))
  }

  func path(_ name: String) -> String { scratch.path(name) }

  func text(_ name: String) -> String? { scratch.text(name) }

  func write(_ text: String, to name: String, mode: mode_t = 0o600) {
    scratch.write(text, to: name, mode: mode)
  }

  func mode(_ name: String) -> mode_t { Bytes.mode(path(name)) }

  func files(_ name: String) -> [String] { ScratchFolder.names(in: path(name)) }

  /// A script in the workshop, which is its working folder's `$D`.
  func script(_ name: String, _ body: String) -> Written {
    write("#!/bin/sh\nD='\(folder)'\n\(body)\n", to: name, mode: 0o700)
    return [.text(path(name))]
  }

  /// Sets the server's password, if the one in force is told right or the new one is there already.
  func rotateScript() -> Written {
    script(
      "rotate",
      """
      new=$(cat)
      echo "$new" >> $D/told
      old=$(cat "$STEWARD_CURRENT_FILE")
      now=$(cat $D/server 2>/dev/null)
      [ "$now" = "$new" ] && exit 0
      [ "$now" = "$old" ] || { echo "wrong password $old, not $new" >&2; exit 1; }
      printf %s "$new" > $D/server
      """)
  }

  func testScript() -> Written { script("test", #"[ "$(cat)" = "$(cat $D/server 2>/dev/null)" ]"#) }

  var sealed: SealedStore { SealedStore(state: path("state"), key: key) }

  func controller(
    store: (any SecretStore)? = nil, runner: any CommandRunner = SubprocessRunner()
  ) -> SecretsController {
    SecretsController(store: store ?? sealed, runner: runner, clock: clock, scratch: path("scratch"))
  }

  /// The values in the store by version.
  func values(_ name: String = "API_KEY") async throws -> [Int: String] {
    let id = SecretID(environment: "staging", name: name)
    var values: [Int: String] = [:]
    for version in try await sealed.versions(of: id) {
      values[version.number] = try await sealed.value(of: id, version: version.number).reveal()
    }
    return values
  }
}
