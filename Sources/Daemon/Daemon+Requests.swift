public import Calendar
public import Reconciliation

extension Daemon {
  /// Requests that wait for an answer at once; more is a flood, and refused.
  static let requestsMax = 256

  /// Takes a person's request and answers once what it led to is durable.
  public func submit(_ request: Request) async -> Reply {
    if let refusal = stall ?? ended { return .answer(.refused(.unavailable, message: refusal)) }
    guard replies.count < Daemon.requestsMax else {
      return .answer(.refused(.unavailable, message: "too many requests wait for an answer; try again"))
    }
    nextNumber += 1
    let number = nextNumber
    return await withCheckedContinuation { continuation in
      replies[number] = continuation
      inbox.put(.requested(request, number: number))
    }
  }

  /// Refuses all requests that wait for an answer: nobody is left waiting for what does not come.
  func answerAll(with refusal: Answer.Refusal, _ message: String) {
    for reply in replies.values { reply.resume(returning: .answer(.refused(refusal, message: message))) }
    replies = [:]
  }

  /// Records that somebody without a role knocked.
  public nonisolated func turnAway(_ caller: Caller, what: String) {
    inbox.put(.turnedAway(caller, what: what))
  }
}

/// The daemon at one moment, whole: whoever answers a question sees one state of affairs.
public struct Figures: Sendable {
  /// The reducer, as a copy.
  public let reconciler: Reconciler
  /// When the daemon began.
  public let startedAt: Instant
  /// When its loop last turned.
  public let turnedAt: Instant
  /// Why nothing can be recorded now.
  public let stall: String?
  /// What is wrong with the configuration as a whole.
  public let problems: [String]
}

extension Daemon {
  /// How things stand.
  public var figures: Figures {
    Figures(
      reconciler: reconciler, startedAt: startedAt, turnedAt: turnedAt, stall: stall, problems: problems)
  }
}
