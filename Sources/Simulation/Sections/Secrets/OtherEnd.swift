/// Where the values of a secret are taken: a server with accounts, or whatever `rotate` tells, which has one account without
/// a name. A value is a number that no other value has.
struct OtherEnd {
  /// What each account takes, the newest first; nil where it was never told.
  private(set) var accepted: [String: [Int]]?
  /// A copy of that, as backups have it: from before the newest value came.
  private var old: [String: [Int]]?
  /// What others made it take: steward leaves that alone.
  private(set) var foreign: Set<Int> = []
  /// What was retired, though an older copy of the store may hold it again.
  private var retired: Set<Int> = []
  /// What it took before it came back from a copy that holds less.
  private var lost: Set<Int> = []
  /// Whether it last took a value beside the one before.
  private(set) var isGentle = false
  var refusesUntil = Duration.zero
  var silentUntil = Duration.zero

  func isRefusing(at elapsed: Duration) -> Bool { elapsed < refusesUntil }

  func isSilent(at elapsed: Duration) -> Bool { elapsed < silentUntil }

  /// Whether it refuses a value rightly: it was told to, or came back from a copy without it.
  func hasForgotten(_ value: Int) -> Bool { retired.contains(value) || lost.contains(value) }

  func takes(_ value: Int, as user: String) -> Bool { accepted?[user]?.contains(value) ?? false }

  /// By `rotate`: where the operator promised an overlap, the one before is taken too. It should bear being run twice with one
  /// value, and many do not: they shift the one before out.
  mutating func tell(_ value: Int, isGentle: Bool, bearsTwice: Bool) {
    self.isGentle = isGentle
    let before = (accepted?[""] ?? []).filter { !bearsTwice || $0 != value }
    accepted = ["": [value] + (isGentle ? before.prefix(1) : [])]
  }

  /// To an account of a server.
  mutating func give(_ value: Int, to user: String, _ turn: SecretEntry.Account.Turn) {
    isGentle = turn != .pauses
    old = accepted
    lost.remove(value)
    let before = turn == .takesSeveral ? accepted?[user] ?? [] : []
    accepted = (accepted ?? [:]).merging([user: [value] + before]) { $1 }
  }

  /// An account that has one password keeps its heir's.
  mutating func retire(_ value: Int, of user: String) {
    accepted?[user]?.removeAll { $0 == value }
    retired.insert(value)
  }

  mutating func bringBackCopy() {
    let held = Set((old ?? [:]).values.joined())
    lost.formUnion((accepted ?? [:]).values.joined().filter { !held.contains($0) })
    accepted = old
    foreign.formUnion(held)
  }

  /// Somebody makes the account take this and nothing else.
  mutating func takeAlone(_ value: Int, as user: String) {
    accepted = (accepted ?? [:]).merging([user: [value]]) { $1 }
    foreign.insert(value)
  }
}
