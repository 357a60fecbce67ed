import Calendar
import Cryptography
import FoundationEssentials
import GRDB
import Reconciliation

/// One row of the table of events, read in the order of its columns.
///
/// Text is taken as the bytes that are stored: SQLite's own view of a text as a string ends at a NUL and
/// mends what is no UTF-8, so that an edit could hide behind it.
struct EventRow {
  static let columns = [
    "sequence", "instant", "environment", "controller", "resource", "kind", "severity", "actor", "cause",
    "message",
    "body", "hash",
  ]
  static let select = "SELECT \(columns.joined(separator: ", ")) FROM events"

  private let row: Row

  init(_ row: Row) {
    self.row = row
  }

  var sequence: Int64 { row[0] }

  var storedHash: SHA256Digest? { bytes(11).flatMap { SHA256Digest(bytes: $0) } }

  /// The hash that the row should have after `previous`.
  func hash(after previous: SHA256Digest, using encoding: inout ChainEncoding) -> SHA256Digest {
    encoding.begin(after: previous)
    for index in 0..<11 {
      switch index {
      case 0, 1, 8: encoding.add(row[index] as Int64?)
      default:
        row.withUnsafeData(atUnchecked: index) { data in
          if let data { encoding.add(text: data) } else { encoding.add(nil as Int64?) }
        }
      }
    }
    return encoding.hash
  }

  /// The event that the row holds.
  /// - Throws: ``Unreadable`` where a newer version wrote what this one does not know.
  func event() throws(Unreadable) -> Event {
    guard let kind = EventKind(rawValue: text(5) ?? "") else { throw Unreadable(column: "kind") }
    guard let severity = Severity(rawValue: text(6) ?? "") else { throw Unreadable(column: "severity") }
    guard let body = try? JSON(parsing: bytes(10) ?? []) else { throw Unreadable(column: "body") }
    return Event(
      sequence: sequence, at: Instant(microseconds: row[1] ?? 0), scope: try scope(), kind: kind,
      severity: severity,
      actor: text(7) ?? "", cause: row[8], message: text(9) ?? "", body: body)
  }

  /// A column whose content is not one this version writes.
  struct Unreadable: Error {
    let column: String
  }

  private func scope() throws(Unreadable) -> Scope? {
    guard let environment = text(2) else { return nil }
    let parts = [environment, text(3), text(4)].compactMap(\.self)
    guard let scope = Scope(parts.joined(separator: "/")) else { throw Unreadable(column: "environment") }
    return scope
  }

  private func text(_ index: Int) -> String? {
    bytes(index).map { String(decoding: $0, as: UTF8.self) }
  }

  private func bytes(_ index: Int) -> [UInt8]? {
    row.withUnsafeData(atUnchecked: index) { $0.map { Array($0) } }
  }
}

extension Row {
  /// GRDB's declaration throws for callers whose closure does; these never do.
  fileprivate func withUnsafeData<T>(atUnchecked index: Int, _ body: (Data?) -> T) -> T {
    var result: T?
    try? withUnsafeData(atIndex: index) { result = body($0) }
    return result!
  }
}
