import Calendar
import EventLog
import Reconciliation

/// Durable events, one transaction each: what a quiet daemon writes.
let logSingle = Benchmark(
  name: "log-single", title: "durable events one by one", unit: "events/s",
  goals: [.ratio(.atLeast(0.9))], plausible: 1...1_000_000, rounds: 7, turn: .seconds(120)
) { scratch, effort in
  try logContestants(scratch, transactions: effort.of(2_000, smoke: 50), eventsEach: 1)
}

/// Durable events, a hundred to a transaction: what a busy turn of the daemon writes.
let logBurst = Benchmark(
  name: "log-burst", title: "durable events in bursts of 100", unit: "events/s",
  goals: [.ratio(.atLeast(0.4))], plausible: 10...10_000_000, rounds: 7, turn: .seconds(120)
) { scratch, effort in
  try logContestants(scratch, transactions: effort.of(1_000, smoke: 10), eventsEach: 100)
}

/// Steward's log, with its hash chain, its indexes and the encoding of the events, and a bare loop over libsqlite3
/// that stores the same columns as text that is ready, in a table without an index. Both read back that a commit waits
/// for the disk.
private func logContestants(_ scratch: Scratch, transactions: Int, eventsEach: Int) throws -> [Contestant] {
  let reference = try Reference.compile("log", in: scratch, "sqlite3")
  return [
    Contestant("stewardd's event log") {
      let folder = try Scratch("log")
      let log = try EventLog.open(at: folder.path("events.sqlite"))
      let bursts = (0..<transactions).map { transaction in
        (1...eventsEach).map { anEvent(transaction * eventsEach + $0) }
      }
      let began = ContinuousClock.now
      for burst in bursts { try await log.append(burst) }
      let took = began.duration(to: .now) / .seconds(1)
      log.close()
      return Double(transactions * eventsEach) / took
    },
    Contestant("bare libsqlite3, WAL and FULL") {
      let folder = try Scratch("log")
      return try Program.figure([reference, folder.path("events.sqlite"), "\(transactions)", "\(eventsEach)"])
    },
  ]
}

/// An event as a start leaves it, a few hundred bytes.
private func anEvent(_ sequence: Int) -> Event {
  Event(
    sequence: Int64(sequence), at: Instant(microseconds: 1_790_000_000_000_000 + Int64(sequence) * 1_000),
    scope: Scope("staging/instances/web\(sequence % 10)"), kind: sequence % 2 == 0 ? .intended : .done,
    severity: .info, actor: "steward", cause: sequence > 1 ? Int64(sequence - 1) : nil,
    message: "started web\(sequence % 10)#1 as process \(sequence)",
    body: [
      "verb": .string("start"), "risk": .string("safe"),
      "details": ["instance": .string("web\(sequence % 10)#1"), "pid": .integer(Int64(sequence))],
    ])
}
