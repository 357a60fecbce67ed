import Calendar

/// What a secret is for. The kind brings how its value looks, how long it lives and how long its predecessor
/// works on.
public enum SecretKind: String, Sendable, Hashable, CaseIterable {
  /// A password of a database role.
  case databasePassword = "database-password"
  /// A key that names this environment to a service.
  case apiKey = "api-key"
  /// A key that tokens or sessions are signed with.
  case signingKey = "signing-key"
  /// Any other random text; its period must be written, for nobody can guess it.
  case token
  /// A text written in the file for everybody to read. Only where the data is synthetic, and never rotated.
  case fixed

  /// How long a value lives where no `every` is written; nil where it must be. The periods are those of the
  /// mission document: passwords 30 days, API keys 90 days, signing keys 6 months.
  var defaultPeriod: TimeSpan? {
    switch self {
    case .databasePassword: TimeSpan(duration: .seconds(30 * 86_400))
    case .apiKey: TimeSpan(duration: .seconds(90 * 86_400))
    case .signingKey: TimeSpan(months: 6)
    case .token, .fixed: nil
    }
  }

  /// How long the value before works on where no `overlap` is written. What was signed yesterday must still
  /// verify today; a password or an API key is one value at the other end, unless the file says otherwise.
  var defaultOverlap: TimeSpan {
    self == .signingKey ? TimeSpan(duration: .seconds(86_400)) : .zero
  }

  /// How many characters a value has where no `length` is written.
  var defaultLength: Int {
    switch self {
    // 190 bits. PostgreSQL cuts nothing below 100 bytes, and a person can still paste it.
    case .databasePassword: 32
    // 238 bits: more than any service asks for, within what every one of them takes.
    case .apiKey: 40
    // RFC 7518 3.2 asks for a key at least as long as the hash it feeds: 64 bytes for HS512.
    case .signingKey: 64
    // 256 bits.
    case .token, .fixed: 43
    }
  }
}
