import Instances
import Reconciliation
import Secrets

extension Plant {
  /// Every fault that is planted on purpose.
  public static let all: [Plant] = [
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
    Plant("forgets-suspensions", "a restart forgets what is suspended", mistake: .forgetsSuspensions),
    Plant("forgets-all", "a restart forgets the log", mistake: .forgetsAll),
    Plant("loses-events", "the last event of a transaction is not written", mistake: .losesEvents),
    Plant("hidden-clock", "a clock that goes back is hidden from the reducer", mistake: .hiddenClock),
    Plant("forged-role", "every caller passes as the owner", mistake: .forgedRole),
    Plant("forged-approval", "who approves stands in the log under another name", mistake: .forgedApproval),
    Plant("cached-looks", "looks are answered from a day-old cache", mistake: .cachedLooks),
    Plant("forgives", "each failure is forgiven at once, so that no pause is made", mistake: .forgives),
    Plant("lost-file-news", "one edit in five is not noticed", mistake: .lostFileNews),
    Plant("tears-down", "a file that is gone means that nothing should run", mistake: .tearsDown),
    Plant("no-bound", "any number of actions at once", limit: { $0.actionsPerEnvironment = 1_000 }),
    Plant("stale-start", "an action may begin on a day-old look", limit: { $0.freshness = .seconds(86_400) }),
    Plant("never-looks", "drift that nobody announces is never seen", limit: { $0.lookEvery = nil }),
    Plant("facts-unsettled", "facts that change reach nobody", limit: { $0.factRounds = 0 }),
    Plant("forgets-stops", "what closes is not stopped", Planted<ForgetsStops>.self),
    Plant("ignores-zone", "hours are read as those of Greenwich", Planted<IgnoresZone>.self),
    Plant("ignores-overrides", "`open` and `close` change nothing", Planted<IgnoresOverrides>.self),
    Plant("masks-wakes", "instances wake half an hour late", Planted<MasksWakes<InstancesController>>.self),
    Plant(
      "masks-secret-wakes", "secrets wake half an hour late", Planted<MasksWakes<SecretsController>>.self),
    Plant("expects-nothing", "`expect` says that a start changes nothing", Planted<ExpectsNothing>.self),
    Plant("starts-one-less", "the last of several instances is not started", Planted<StartsOneLess>.self),
    Plant("forgets-restarts", "a new version of a secret restarts nobody", Planted<ForgetsRestarts>.self),
    Plant("hides-use", "nobody says which versions run", Planted<HidesUse>.self),
    Plant(
      "retires-early", "a former version goes an hour before its overlap ends", Planted<RetiresEarly>.self),
    Plant("skips-tests", "what was set comes into force untested", Planted<SkipsTests>.self),
    Plant("rotates-late", "a period counts two days longer", Planted<RotatesLate>.self),
    Plant("rotates-early", "a period counts a day less", Planted<RotatesEarly>.self),
    Plant("forgets-delivery", "the env file is not written anew", Planted<ForgetsDelivery>.self),
    Plant("calls-set-safe", "what kills the value in force is called safe", Planted<CallsSetSafe>.self),
    Plant("never-the-same", "a repeated step is another action each time", Planted<NeverTheSame>.self),
    Plant("purges-early", "a log goes a day before `keep` ends", Planted<PurgesEarly>.self),
    Plant("purges-nothing", "what `keep` no longer keeps stays", Planted<PurgesNothing>.self),
    Plant("calls-trim-purge", "deleting for the cap is called a purge", Planted<CallsTrimPurge>.self),
    Plant("tests-no-dump", "no dump is tested", Planted<TestsNoDump>.self),
    Plant("skips-drills", "no restore is proved", Planted<SkipsDrills>.self),
  ]
}
