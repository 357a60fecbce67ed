import GRDB

/// Finds the events that a filter lets through: block by block, of which only those that can hold one are looked into,
/// in the order in which the events are wanted and no farther than the limit.
struct EventSearch {
  let filter: EventFilter
  let db: Database

  func run(_ take: (EventRow) throws -> Void) throws {
    var left = min(max(filter.limit, 0), EventFilter.limitMax)
    let blocks = filter.ofBlocks
    let order = filter.newestFirst ? "DESC" : "ASC"
    // A log that an earlier version wrote, and that is only read, has none.
    guard try db.tableExists("blocks") else { return try look(after: 0, through: .max, &left, take) }
    let last = try Int64.fetchOne(db, sql: "SELECT max(first) FROM blocks")
    let end = last.map { $0 + Schema.blockLength - 1 } ?? 0
    if filter.newestFirst { try look(after: end, through: .max, &left, take) }
    let candidates = try Int64.fetchCursor(
      db, sql: "SELECT first FROM blocks WHERE \(blocks.text) ORDER BY first \(order)",
      arguments: blocks.arguments)
    while left > 0, let first = try candidates.next() {
      try look(after: first - 1, through: first + Schema.blockLength - 1, &left, take)
    }
    if !filter.newestFirst { try look(after: end, through: .max, &left, take) }
  }

  /// Looks at the events of one block, or at those after the last one.
  private func look(
    after low: Int64, through high: Int64, _ left: inout Int, _ take: (EventRow) throws -> Void
  ) throws {
    guard left > 0 else { return }
    let events = filter.ofEvents
    let statement = try db.cachedStatement(
      sql: """
        \(EventRow.select) WHERE sequence > ? AND sequence <= ? AND \(events.text)
        ORDER BY sequence \(filter.newestFirst ? "DESC" : "ASC") LIMIT ?
        """)
    let rows = try Row.fetchCursor(statement, arguments: [low, high] + events.arguments + [left])
    while let row = try rows.next() {
      try take(EventRow(row))
      left -= 1
    }
  }
}
