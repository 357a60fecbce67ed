import Calendar

/// Figures as people read them.
enum Figures {
  /// `1 file`, `12 files`.
  static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// `2026-11-21T13:03Z`: seconds say nothing about a log's age.
  static func minute(_ instant: Instant) -> String { "\(instant)".prefix(16) + "Z" }
}
