import Calendar
import EventLog
import GRDB
import Reconciliation

extension Event {
  /// An event whose every column depends on its sequence.
  static func sample(_ sequence: Int64, message: String? = nil) -> Event {
    let scopes = [
      nil, Scope("staging"), Scope("staging/instances/web"), Scope("dev/secrets/API_KEY"),
      Scope("production/logs"),
    ]
    let kinds = EventKind.allCases
    return Event(
      sequence: sequence, at: Instant(seconds: 1_795_000_000 + sequence * 60),
      scope: scopes[Int(sequence) % scopes.count],
      kind: kinds[Int(sequence) % kinds.count], severity: Severity.allCases[Int(sequence) % 4],
      actor: sequence.isMultiple(of: 3) ? "anna" : "steward", cause: sequence > 5 ? sequence - 5 : nil,
      message: message ?? "event number \(sequence) — día \(sequence % 7)",
      body: ["verb": .string("start"), "count": .integer(sequence), "list": [1, nil, true, "x\u{1}y"]])
  }

  static func samples(_ range: ClosedRange<Int64>) -> [Event] { range.map { sample($0) } }
}

extension EventLog {
  /// Begins a log with events 1 to `count`, ten to a transaction, and closes it.
  static func write(_ count: Int64, at path: String) async throws -> LogHead {
    let log = try EventLog.open(at: path)
    for start in stride(from: 1, through: count, by: 10) {
      try await log.append(Event.samples(start...min(start + 9, count)))
    }
    defer { log.close() }
    return log.head
  }
}

/// Edits a log as someone would who knows SQLite and wants no trace: past the triggers, which stand again
/// afterwards.
func edit(_ path: String, _ statements: String) throws {
  try edit(path) { try $0.execute(sql: statements) }
}

func edit(_ path: String, _ change: (Database) throws -> Void) throws {
  let connection = try DatabaseQueue(path: path)
  // Whether an edit is kept through a power cut is not what is asked.
  try connection.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = OFF") }
  try connection.write { db in
    let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
    try change(db)
    for trigger in triggers { try db.execute(sql: trigger["sql"]) }
  }
  try connection.close()
}
