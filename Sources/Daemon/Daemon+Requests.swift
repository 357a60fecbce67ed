public import Calendar
public import Reconciliation

/// Somebody who follows the log.
struct Follower {
  let after: Int64
  let stream: AsyncStream<Event>.Continuation
}

extension Daemon {
  /// Requests that wait for an answer at once; more is a flood, and refused.
  static let requestsMax = 256
  /// Events kept for a follower who is slower than what happens.
  static let followerEventsMax = 1_024

  /// Takes a person's request and answers once what it led to is durable.
  public func submit(_ request: Request) async -> Reply {
    if let stall { return .answer(.refused(.unavailable, message: stall)) }
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

  /// Records that somebody without a role knocked.
  public nonisolated func turnAway(_ caller: Caller, what: String) {
    inbox.put(.turnedAway(caller, what: what))
  }

  /// The events after `sequence`, those already in the log first, then each as it is recorded. The stream ends when its
  /// reader is too slow, and when the daemon ends.
  public func follow(after sequence: Int64) -> AsyncStream<Event> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Event.self, bufferingPolicy: .bufferingOldest(Daemon.followerEventsMax))
    nextNumber += 1
    let number = nextNumber
    followers[number] = Follower(after: sequence, stream: continuation)
    continuation.onTermination = { [weak self] _ in
      Task { await self?.forget(number) }
    }
    return stream
  }

  private func forget(_ number: UInt64) { followers[number] = nil }
}

/// The daemon at one moment, whole: whoever answers a question sees one state of affairs.
public struct Figures: Sendable {
  /// The reducer, as a copy.
  public let reconciler: Reconciler
  /// How often it has changed.
  public let revision: UInt64
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
      reconciler: reconciler, revision: revision, startedAt: startedAt, turnedAt: turnedAt, stall: stall,
      problems: problems)
  }
}
