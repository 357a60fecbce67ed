import Cryptography
import Specification

// What an event may cost in the log, which is never emptied. Whatever makes events keeps to these, whatever it was told
// from outside, so that no input makes an event that the log does not take.
extension Event {
  /// The longest message, in bytes of UTF-8: it is one line.
  public static let messageBytesMax = 16 << 10
  /// The longest body, in bytes of canonical JSON.
  public static let bodyBytesMax = 1 << 20
  /// The largest action in a body: attempts at it are counted by what stands there, so it is never left out as a whole.
  public static let actionBytesMax = 512 << 10
  /// The longest name of an actor, in bytes of UTF-8: a Unix user's ends at 32.
  public static let actorBytesMax = 256

  /// The event as the log takes it: a message that is too long is cut; of a body that is too large, the largest members
  /// are left out, each with its length and digest in its place, so that what the others say still counts.
  public var withinLimits: Event {
    Event(
      sequence: sequence, at: at, scope: scope, kind: kind, severity: severity,
      actor: Event.plain(actor).cut(toBytes: Event.actorBytesMax), cause: cause,
      message: message.cut(toBytes: Event.messageBytesMax), body: body.reduced(toBytes: Event.bodyBytesMax))
  }

  /// The event without what it says, for a log that refuses it: its place in the log, its kind and its time stay.
  public func leftOut(because reason: String) -> Event {
    Event(
      sequence: sequence, at: at, scope: nil, kind: kind, severity: .critical, actor: "steward", cause: nil,
      message: "left out, for the event log refused it: \(reason)".cut(toBytes: Event.messageBytesMax),
      body: body.leftOut)
  }

  /// SQLite's texts end at a NUL.
  private static func plain(_ name: String) -> String {
    name.utf8.contains(0) ? String(name.map { $0 == "\0" ? "\u{FFFD}" : $0 }) : name
  }
}

extension JSON {
  /// Few large members are what makes a body large; where it is many, nothing of it is kept.
  private static let leftOutMax = 16

  /// The value where it has at most so many bytes, else without its largest members.
  func reduced(toBytes bytesMax: Int) -> JSON {
    guard bytesAtMost > bytesMax else { return self }
    var reduced = self
    for _ in 0..<JSON.leftOutMax {
      guard reduced.bytes.count > bytesMax else { return reduced }
      guard let smaller = reduced.withoutLargest else { break }
      reduced = smaller
    }
    return reduced.bytes.count <= bytesMax ? reduced : leftOut
  }

  /// An object without its largest member; nil where this is none, or where none of its members is large.
  private var withoutLargest: JSON? {
    guard case .object(var members) = self,
      let largest = members.map({ (key: $0.key, bytes: $0.value.bytes.count) }).max(by: {
        ($0.bytes, $0.key) < ($1.bytes, $1.key)
      }), largest.bytes > 128
    else { return nil }
    members[largest.key] = members[largest.key]?.leftOut
    return .object(members)
  }

  /// What stands in place of the value: enough to tell it from another.
  fileprivate var leftOut: JSON {
    let text = bytes
    return ["leftOut": .integer(Int64(text.count)), "digest": .string(SHA256Digest(of: text).hex)]
  }

  /// No fewer bytes than the canonical text has, without writing it.
  private var bytesAtMost: Int {
    switch self {
    case .null, .bool: 5
    case .integer, .number: 32
    // An escape has six bytes for one.
    case .string(let text): 6 * text.utf8.count + 2
    case .array(let elements): elements.reduce(2) { $0 + $1.bytesAtMost + 1 }
    case .object(let members):
      members.reduce(2) { $0 + 6 * $1.key.utf8.count + 4 + $1.value.bytesAtMost }
    }
  }
}
