public import Calendar

/// What the event log remembers of one resource.
public struct ResourceMemory: Sendable, Equatable {
  /// The action that was begun and has not ended.
  public internal(set) var intent: Intent?
  /// The last success of each verb.
  public internal(set) var lastDone: [String: Completion] = [:]
  /// The attempts at each action that have not settled, by the action's JSON.
  public internal(set) var attempts: [JSON: Attempts] = [:]
  /// The approvals given and neither used up nor lapsed, newest last.
  public internal(set) var approvals: [Approval] = []
  /// The open findings by code.
  public internal(set) var findings: [String: OpenFinding] = [:]
  /// The verb of the action that was last reported as waiting, so that it is reported once, however its particulars
  /// change while it waits.
  public internal(set) var reportedWaiting: String?
  /// The event by which the resource became unknown; nil while it is known.
  public internal(set) var unknownSince: Int64?
  /// The event by which its last action was found in doubt after a crash; nil once another was begun.
  public internal(set) var interrupted: Int64?
  /// The last event about the resource.
  public internal(set) var lastSequence: Int64 = 0

  /// Nothing remembered.
  public init() {}

  /// How many approvals are kept: an approval is for one action now, not for history, which is in the log.
  static let approvalsMax = 32
  /// How many actions' attempts are kept, for a minute at least: of more than this, those that took place at the first
  /// attempt are forgotten. Many more than one resource has to do at once (a hundred instances to start, and as many
  /// to stop): forgetting those that come again would let them come without a pause.
  static let attemptsMax = 1_024

  mutating func apply(_ event: Event, of id: ResourceID) {
    lastSequence = event.sequence
    switch event.kind {
    case .intended:
      interrupted = nil
      intent = Intent(
        sequence: event.sequence, at: event.at, action: event.body["action"],
        verb: event.body["verb"].text ?? "", description: event.message)
    case .done, .failed: finish(event, of: id)
    case .interrupted:
      interrupted = event.sequence
      finish(event, of: id)
    case .finding:
      guard let code = event.body["code"].text else { return }
      findings[code] = OpenFinding(
        sequence: event.sequence, at: event.at, severity: event.severity, message: event.message)
    case .cleared: event.body["code"].text.map { findings[$0] = nil }
    case .unknown: unknownSince = event.sequence
    case .known: unknownSince = nil
    case .unconfirmed: attempts[event.body["action"]]?.reported = true
    case .waiting: reportedWaiting = event.body["verb"].text
    case .approved:
      guard let digest = event.body["digest"].text, let role = event.body["role"].text else { return }
      let until = event.body["until"].text.flatMap(Instant.init(rfc3339:)) ?? event.at + Approval.longest
      // Who approves the same again only puts its end off.
      approvals.removeAll { $0.digest == digest && $0.owner == event.actor && $0.role == role }
      approvals.append(
        Approval(
          digest: digest, action: event.body["action"], owner: event.actor, role: role, until: until,
          sequence: event.sequence))
      approvals.removeFirst(max(0, approvals.count - ResourceMemory.approvalsMax))
    case .lapsed: approvals.removeAll { $0.sequence == event.cause }
    default: break
    }
  }

  private mutating func finish(_ event: Event, of id: ResourceID) {
    guard let ended = intent else { return }
    intent = nil
    reportedWaiting = nil
    let failure = event.kind == .failed ? try? event.body["failure"].decoded(as: Failure.self) : nil
    // When it began, not when it ended: what takes minutes to fail, again and again, was needed all the while. A failure that
    // only a person or the file can end is not forgotten because something else took place meanwhile.
    for (action, old) in attempts
    where old.backoff.isSettled(at: ended.at) && old.failure.map({ $0.class == .transient }) ?? true {
      attempts[action] = nil
    }
    if attempts.count >= ResourceMemory.attemptsMax {
      attempts = attempts.filter { $0.value.backoff.attempts > 1 || $0.value.failure != nil }
    }
    let before = attempts[ended.action]
    attempts[ended.action] = Attempts(
      backoff: Backoff(
        attempts: (before?.backoff.attempts ?? 0) + 1, endedAt: event.at, resource: id),
      verb: ended.verb, failure: failure, revision: event.body["revision"].text, sequence: event.sequence,
      reported: before?.reported ?? false)
    guard event.kind == .done else { return }
    // What it was given for has happened: the same again, whoever brings it about, is to be approved again.
    approvals.removeAll { $0.action == ended.action }
    guard let verb = event.body["verb"].text else { return }
    lastDone[verb] = Completion(
      at: event.at, sequence: event.sequence, action: ended.action, details: event.body["details"])
  }

  mutating func forgive() { attempts = [:] }
}

/// An action that was begun.
public struct Intent: Sendable, Hashable {
  /// The event by which it was begun, which also names it.
  public let sequence: Int64
  /// When it was begun.
  public let at: Instant
  /// The action.
  public let action: JSON
  /// The kind of action in one word.
  public let verb: String
  /// The action in one line.
  public let description: String
}

/// The last success of a verb.
public struct Completion: Sendable, Hashable {
  /// When it ended.
  public let at: Instant
  /// The event that says so.
  public let sequence: Int64
  /// The action.
  public let action: JSON
  /// What it had to tell (``Outcome/details``).
  public let details: JSON

  /// A completion; tests and golden cases make their own.
  public init(at: Instant, sequence: Int64, action: JSON, details: JSON) {
    self.at = at
    self.sequence = sequence
    self.action = action
    self.details = details
  }
}

/// The attempts at one action so far.
public struct Attempts: Sendable, Hashable {
  /// How many there were, and when the next may be.
  public let backoff: Backoff
  /// The kind of action in one word: what has another cannot be the same action, and need not be compared in full.
  let verb: String
  /// What the last one failed by; nil if it took place.
  public let failure: Failure?
  /// The revision of the file's section that was in force.
  public let revision: String?
  /// The event that ended the last one.
  public let sequence: Int64
  /// Whether the log says already that the action does not take.
  public internal(set) var reported: Bool
}

/// A person's approval of one action on one state of affairs, once: it is used up when the action is done, lapses when that is
/// no longer planned, and ends by itself.
public struct Approval: Sendable, Hashable {
  /// The digest of the action and its evidence: when either changes, the approval is void.
  public let digest: String
  /// The action.
  let action: JSON
  /// Who approved.
  public let owner: String
  /// In which role.
  public let role: String
  /// When it ends by itself.
  public let until: Instant
  /// The event by which it was given.
  public let sequence: Int64

  /// How long an approval counts: whoever gave it had the state of affairs of that day in mind.
  static let longest = Duration.seconds(86_400)
}

/// A finding that was raised and not cleared.
public struct OpenFinding: Sendable, Hashable {
  /// The event that raised it.
  public let sequence: Int64
  /// When.
  public let at: Instant
  /// How much it matters.
  public let severity: Severity
  /// What was said then.
  public let message: String
}
