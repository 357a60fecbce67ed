import Reconciliation

extension Plant {
  /// Every fault that is planted on purpose.
  public static let all: [Plant] = kernel + Sections.all.flatMap { $0.plants }

  /// Faults of the reducer's boundary and of its limits.
  private static let kernel: [Plant] = [
    Plant("dropped-wake", "the daemon's timer never ends", mistake: .droppedWake),
    Plant(
      "effects-before-record", "effects begin before their intent is durable", mistake: .effectsBeforeRecord),
    Plant(
      "answers-before-record", "requests are answered before they are durable", mistake: .answersBeforeRecord),
    Plant("performs-twice", "each action is begun twice", mistake: .performsTwice),
    Plant("lost-end", "the end of an action is not heard", mistake: .lostEnd),
    Plant("effects-on-full-disk", "effects go on while nothing can be recorded", mistake: .effectsOnFullDisk),
    Plant("unknown-as-last", "a failed look counts as the last good one", mistake: .unknownAsLast),
    Plant("unknown-as-absent", "a failed look counts as an empty one", mistake: .unknownAsAbsent),
    Plant("unknown-as-sound", "a failed look at a database shows nothing amiss", mistake: .unknownAsSound),
    Plant("forgets-suspensions", "a restart forgets what is suspended", mistake: .forgetsSuspensions),
    Plant("forgets-all", "a restart forgets the log", mistake: .forgetsAll),
    Plant("loses-events", "the last event of a transaction is not written", mistake: .losesEvents),
    Plant("uncut-lines", "what a failure says is recorded at any length", mistake: .uncutLines),
    Plant("hidden-clock", "a clock that goes back is hidden from the reducer", mistake: .hiddenClock),
    Plant("forged-role", "every caller passes as the owner", mistake: .forgedRole),
    Plant("forged-approval", "who approves stands in the log under another name", mistake: .forgedApproval),
    Plant(
      "approves-again", "whatever waits for an approval is approved in people's names",
      mistake: .approvesAgain),
    Plant("cached-looks", "looks are answered from a day-old cache", mistake: .cachedLooks),
    Plant("forgives", "each failure is forgiven at once, so that no pause is made", mistake: .forgives),
    Plant("lost-file-news", "one edit in five is not noticed", mistake: .lostFileNews),
    Plant("tears-down", "a file that is gone means that nothing should run", mistake: .tearsDown),
    Plant(
      "careless-apply", "an action does not look at what an earlier attempt left", mistake: .carelessApply),
    Plant("no-bound", "any number of actions at once", limit: { $0.actionsPerEnvironment = 1_000 }),
    Plant("stale-start", "an action may begin on a day-old look", limit: { $0.freshness = .seconds(86_400) }),
    Plant("never-looks", "drift that nobody announces is never seen", limit: { $0.lookEvery = nil }),
    Plant("facts-unsettled", "facts that change reach nobody", limit: { $0.factRounds = 0 }),
  ]
}
