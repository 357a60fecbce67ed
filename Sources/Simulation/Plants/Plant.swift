import Calendar
import Controllers
import Reconciliation

/// A small fault that the suite must find: at the boundary of the reducer, in a controller's pure half, or in a limit. The
/// production code has no switch for it.
public struct Plant: Sendable {
  /// One word to ask for it by.
  public let name: String
  /// What is wrong.
  public let sentence: String
  let kinds: [ControllerKind]
  private let mistake: Mistake?
  private let limit: (@Sendable (inout Limits) -> Void)?

  /// A fault of the shell around the reducer.
  enum Mistake: String, Sendable {
    case droppedWake, effectsBeforeRecord, answersBeforeRecord, performsTwice, lostEnd, effectsOnFullDisk
    case unknownAsLast, unknownAsAbsent, unknownAsSound, forgetsSuspensions, forgetsAll, losesEvents,
      hiddenClock, forgedRole
    case cachedLooks, forgives, lostFileNews, tearsDown, forgedApproval, carelessApply,
      uncutLines, approvesAgain
  }

  init(
    _ name: String, _ sentence: String, mistake: Mistake? = nil, kinds: [ControllerKind] = Controllers.kinds,
    limit: (@Sendable (inout Limits) -> Void)? = nil
  ) {
    self.name = name
    self.sentence = sentence
    self.mistake = mistake
    self.kinds = kinds
    self.limit = limit
  }

  /// A fault in the controller `C`, whose place `planted` takes; with one of the shell where that would hide it.
  init<C: Controller>(_ name: String, _ sentence: String, _ planted: C.Type, mistake: Mistake? = nil) {
    let kind = ControllerKind(planted)
    self.init(
      name, sentence, mistake: mistake, kinds: Controllers.kinds.map { $0.name == kind.name ? kind : $0 })
  }

  /// Nothing is wrong.
  public static let none = Plant("none", "nothing is planted")

  func has(_ mistake: Mistake) -> Bool { self.mistake == mistake }

  func limits(_ lookEvery: Duration) -> Limits {
    var limits = Limits()
    limits.lookEvery = lookEvery
    limit?(&limits)
    return limits
  }
}
