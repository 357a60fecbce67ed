public import Calendar

/// One line of `GET /v1/events?follow`: newline-delimited JSON.
public enum FollowLine: Sendable, Hashable {
  /// An event, as ``EventBody`` and nothing around it.
  case event(EventBody)
  /// Nothing happened for a while: `{"heartbeat": "2026-11-21T13:03:00Z"}`. Whoever hears none for three
  /// times ``heartbeatEverySeconds`` has lost the daemon.
  case heartbeat(Instant)
  /// The daemon ends the stream, and why: `{"ended": "…"}`. The last line.
  case ended(String)

  /// The longest silence on the stream, in seconds.
  public static let heartbeatEverySeconds = 15
}

extension FollowLine: Codable {
  private enum Key: String, CodingKey { case heartbeat, ended }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let at = try container.decodeIfPresent(Instant.self, forKey: .heartbeat) {
      self = .heartbeat(at)
    } else if let why = try container.decodeIfPresent(String.self, forKey: .ended) {
      self = .ended(why)
    } else {
      self = .event(try EventBody(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .event(let event): try event.encode(to: encoder)
    case .heartbeat(let at):
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(at, forKey: .heartbeat)
    case .ended(let why):
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(why, forKey: .ended)
    }
  }
}
