import Fixtures

extension ScratchFolder {
  /// Where a test's log lies.
  var log: String { path("events.sqlite") }
}
