/// The checkpoints that a log must still agree with, in the order in which its events come to them.
///
/// The chain alone is proof against whoever cannot rebuild it; whoever can rebuilds it with other hashes, or puts an older
/// copy back whose chain is whole. Neither agrees with what was noted elsewhere.
struct Promises {
  private var waiting: ArraySlice<LogHead>
  /// The last one that was kept.
  private var kept = LogHead.start

  init(_ checkpoints: [LogHead]) {
    waiting = checkpoints.sorted { $0.sequence < $1.sequence }[...]
    while let first = waiting.first, first == .start { waiting.removeFirst() }
  }

  /// The first checkpoint that the log has not come to.
  var next: LogHead? { waiting.first }

  /// What is wrong where the log comes to `head`; nil where that breaks no promise.
  mutating func breach(by head: LogHead) -> String? {
    while let promised = waiting.first, promised.sequence <= head.sequence {
      guard promised == head else {
        return "its hash is not the checkpoint's: it, or an event \(place), was changed and the chain rebuilt"
      }
      kept = promised
      waiting.removeFirst()
    }
    return nil
  }

  /// Where the change may lie.
  private var place: String { kept == .start ? "before it" : "after \(kept.sequence)" }
}
