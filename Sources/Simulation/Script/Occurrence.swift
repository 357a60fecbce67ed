/// A kind of trouble that a run can meet. It is counted when it takes effect, not when it is drawn: a fault of an action that
/// nobody tries troubles nobody.
enum Occurrence: Hashable {
  // What operators do to files.
  case edit, removedFile, restoredFile, contradiction, halfWrittenMistake, halfWrittenMeaning
  case broken(Breakage)
  // What people ask for, and what they are answered.
  case asked(Trouble.Wish), refused, approvedByOne, approvedByTwo
  // Time.
  case clockBack, clockBackByMoments, clockForward, clockByADay, drift, suspended
  case springForward, fallBack, leapDay, turnOfMonth, turnOfYear
  // The daemon and its machine.
  case killedBeforeRecord, killedBetweenEffects, killedUnderWay, killedInRecovery, killedOnFullDisk, reboot,
    fullDisk
  // The doors.
  case look(Trouble.Fog), action(Trouble.Fault)
  case cutOff(Portion)
  // The world.
  case misfortune(String)

  /// Every kind that a run must be able to meet.
  static let all: [Occurrence] =
    [
      .edit, .removedFile, .restoredFile, .contradiction, .halfWrittenMistake, .halfWrittenMeaning, .refused,
      .approvedByOne, .approvedByTwo, .clockBack, .clockBackByMoments, .clockForward, .clockByADay, .drift,
      .suspended,
      .springForward, .fallBack, .leapDay, .turnOfMonth, .turnOfYear, .killedBeforeRecord,
      .killedBetweenEffects,
      .killedUnderWay, .killedInRecovery, .killedOnFullDisk, .reboot, .fullDisk,
      .cutOff(.nothing), .cutOff(.half), .cutOff(.whole),
    ] + Breakage.allCases.map { .broken($0) } + Trouble.Wish.allCases.map { .asked($0) }
    + Trouble.Fog.allCases.map { .look($0) } + Trouble.Fault.allCases.map { .action($0) }
    + Misfortune.all.flatMap { $0.misfortunes }.map { .misfortune($0.description) }
}

/// How often each kind of trouble took effect.
public struct Occurrences: Sendable {
  /// By its words; what never took effect is not among them.
  public private(set) var counts: [String: Int] = [:]

  /// None yet.
  public init() {}

  /// The words of every kind that there is.
  public static let all = Occurrence.all.map { "\($0)" }

  mutating func add(_ occurrence: Occurrence) { counts["\(occurrence)", default: 0] += 1 }
}
