/// How much is done for one reading.
enum Effort: Sendable {
  /// As much as the figure says.
  case full
  /// As little as shows that it can be measured; what comes of that means nothing else.
  case smoke

  func of<Amount>(_ full: Amount, smoke: Amount) -> Amount { self == .full ? full : smoke }
}

/// A short round that this machine has not what is needed for; in CI that is a failure.
struct Skipped: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
