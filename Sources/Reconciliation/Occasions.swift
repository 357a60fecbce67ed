public import Calendar
public import Specification

/// What a forecast has to tell, in as many lines as a person reads: what happens often, alike, is told once, with how
/// often and when it does for the last time.
public struct Occasions: Sendable {
  /// So many of one kind are told one by one: two weeks of working days and a little more.
  public static let aloneMax = 12

  private var groups: [Key: [Occasion]] = [:]
  private var order: [Key] = []
  private var told = 0

  private struct Key: Hashable {
    let scope: Scope?
    let kind: EventKind
    let word: String
  }

  /// Nothing yet.
  public init() {}

  /// The occasions by their first moment.
  public var all: [Occasion] {
    order.flatMap { groups[$0, default: []] }.sorted { ($0.at, $0.number) < ($1.at, $1.number) }
  }

  /// Takes note of an event, where it is news: that an action which is taken to succeed has succeeded is none.
  public mutating func take(_ event: Event, in reconciler: Reconciler) {
    switch event.kind {
    case .intended, .waiting, .finding, .cleared, .unknown, .unconfirmed: break
    default: return
    }
    let word = event.body["verb"].text ?? event.body["code"].text ?? ""
    let key = Key(scope: event.scope, kind: event.kind, word: word)
    told += 1
    guard var group = groups[key] else {
      order.append(key)
      groups[key] = [Occasion(event, word, in: reconciler, number: told)]
      return
    }
    groups[key] = []
    if group.count == 1, group[0].count > 1 {
      group[0].count += 1
      group[0].last = event.at
    } else if group.count == Occasions.aloneMax {
      group = [group[0]]
      group[0].count = Occasions.aloneMax + 1
      group[0].last = event.at
    } else {
      group.append(Occasion(event, word, in: reconciler, number: told))
    }
    groups[key] = group
  }
}

/// Something that a forecast tells.
public struct Occasion: Sendable {
  /// When, for the first time.
  public let at: Instant
  /// To what.
  public let scope: Scope?
  /// What kind of event it is.
  public let kind: EventKind
  /// The action's verb, or the finding's code.
  public let word: String
  /// The action's risk; nil where it is no action.
  public let risk: String?
  /// How much it matters.
  public let severity: Severity
  /// In one line.
  public let message: String
  /// The rule that leads there, as the plan says it.
  public let rule: String?
  /// The line of the file where that rule stands.
  public let place: Place?
  /// When a wait ends by itself.
  public let until: Instant?
  /// How often.
  public internal(set) var count = 1
  /// When for the last time.
  public internal(set) var last: Instant
  let number: Int

  init(_ event: Event, _ word: String, in reconciler: Reconciler, number: Int) {
    at = event.at
    last = event.at
    scope = event.scope
    kind = event.kind
    self.word = word
    severity = event.severity
    message = event.message
    self.number = number
    risk = event.kind == .intended ? event.body["risk"].text : nil
    let kept = event.scope?.resource.flatMap { reconciler.resources[$0] }
    let hold = event.kind == .waiting ? kept?.held.first { $0.action.verb == word } : nil
    until = hold?.wait.until
    let action = event.kind == .intended ? kept?.underWay?.action : hold?.action
    if let rule = action?.rule, let kept {
      let place = kept.resource.place(of: rule)
      let reasons = kept.plan?.reasons ?? []
      self.place = place
      self.rule = reasons.first { $0.place == place }?.text
    } else {
      place = kept?.plan?.findings.first { event.kind == .finding && $0.code == word }?.place
      rule = nil
    }
  }
}
