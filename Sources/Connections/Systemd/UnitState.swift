public import Calendar
public import Host

/// How one unit stands, as `systemctl show` says it.
public struct UnitState: Sendable, Hashable {
  /// Whether systemd can use the unit's file (`LoadState`).
  public enum Load: Sendable, Hashable {
    /// It can.
    case loaded
    /// There is none (`not-found`).
    case missing
    /// It was made unusable (`masked`).
    case masked
    /// It is wrong, in systemd's words (`bad-setting`, `error`).
    case broken(String)
  }

  /// What it is doing (`ActiveState`).
  public enum Activity: String, Sendable, Hashable {
    /// It runs, and has said so where its type wants that.
    case active
    /// It runs, and reads its files anew.
    case reloading
    /// It does not run.
    case inactive
    /// It does not run, and that is not as it should be.
    case failed
    /// It starts, or waits to be started again by systemd itself.
    case activating
    /// It is being stopped.
    case deactivating
    /// Nothing this program knows (`maintenance`).
    case other
  }

  /// Its name: `web@1.service`.
  public var name: String
  /// Whether its file can be used.
  public var load = Load.loaded
  /// What it is doing.
  public var activity = Activity.inactive
  /// The same more closely (`SubState`): `running`, `auto-restart`, `stop-sigterm`.
  public var phase = "dead"
  /// What came of the last run (`Result`): `success`, `exit-code`, `start-limit-hit`.
  public var result = "success"
  /// Which run it is, 32 hexadecimal digits; empty where it has not run. Each start is another.
  public var invocation = ""
  /// Its main process; 0 where it has none.
  public var mainProcess: Int32 = 0
  /// When the main process began, in microseconds since boot.
  public var startMicroseconds: UInt64 = 0
  /// When the main process began; nil where none has.
  public var startedAt: Instant?
  /// When it became active the last time; nil where it never was.
  public var activeAt: Instant?
  /// When the main process ended; nil while it runs.
  public var endedAt: Instant?
  /// How the main process ended; nil where that is not known.
  public var end: ProcessEnd?
  /// How often systemd started it again by itself since it was last started by somebody.
  public var restarts = 0
  /// Processor time of all its processes in this run; nil where systemd does not count it (`CPUAccounting=`).
  public var processorMicroseconds: Int64?
  /// Memory of all its processes; nil where systemd does not count it (`MemoryAccounting=`).
  public var memoryBytes: Int64?
  /// How many threads all its processes have; nil where systemd does not count them (`TasksAccounting=`).
  public var tasks: Int?
  /// Whether its file is newer than what systemd knows of it (`systemctl daemon-reload`).
  public var isStale = false

  /// A unit that does not run.
  public init(name: String) { self.name = name }
}

extension UnitState {
  /// Whether it has processes, or is about to have some without anybody's help.
  public var isUp: Bool {
    switch activity {
    case .active, .reloading, .activating, .deactivating, .other: true
    case .inactive, .failed: false
    }
  }

  /// How it ended, for people: systemd's own numbers with their names (systemd.exec(5)).
  public var endWords: String {
    switch end {
    case .exited(let code)?:
      UnitState.ownCodes[code].map { "could not be started (\(code)/\($0))" }
        ?? ProcessEnd.exited(code).description
    case let end?: end.description
    case nil: result == "success" ? "was stopped" : "failed: \(result)"
    }
  }

  /// What systemd exits with in the place of a program that it could not start.
  private static let ownCodes: [Int32: String] = [
    200: "CHDIR", 203: "EXEC", 208: "STDIN", 209: "STDOUT", 216: "GROUP", 217: "USER", 218: "CAPABILITIES",
    226: "NAMESPACE", 228: "SECCOMP", 233: "RUNTIME_DIRECTORY", 238: "STATE_DIRECTORY", 240: "LOGS_DIRECTORY",
    243: "CREDENTIALS",
  ]
}
