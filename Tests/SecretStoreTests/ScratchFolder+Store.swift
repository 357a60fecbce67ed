import Calendar
import Cryptography
import Fixtures
import SecretStore

extension ScratchFolder {
  func store() throws -> SealedStore {
    SealedStore(state: path, key: try SealingKey.load(state: path, credentials: nil))
  }

  func file(_ secret: SecretID) -> String { path("secrets/\(secret.environment)/\(secret.name).json") }
}

let morning = Instant(rfc3339: "2026-11-21T08:00:00Z")!
let apiKey = SecretID(environment: "staging", name: "API_KEY")
