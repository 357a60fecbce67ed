public import StatusAPI

extension VerifyBody {
  /// What an examination came to, as the API tells it.
  public init(_ found: LogVerification) {
    self.init(
      isIntact: found.brokenAt == nil, events: found.events, head: found.head, brokenAt: found.brokenAt,
      message: found.message)
  }
}
