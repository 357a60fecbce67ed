/// How much is done for one reading.
enum Effort: Sendable {
  /// As much as the figure says.
  case full
  /// As little as shows that it can be measured; what comes of that means nothing else.
  case smoke

  func of<Amount>(_ full: Amount, smoke: Amount) -> Amount { self == .full ? full : smoke }
}
