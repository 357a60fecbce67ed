import Reconciliation

/// An ACL user as a server tells it (ACL GETUSER).
public struct RedisUser: Sendable, Equatable {
  /// Whether it may log in.
  public let isOn: Bool
  /// Whether it is let in with whatever password (`nopass`).
  public let takesAnyPassword: Bool
  /// SHA-256 of each password that it takes, as 64 lower-case hexadecimal digits.
  public let passwords: Set<String>
  /// Whether it may run any command at all.
  public let hasRights: Bool

  /// The user of a reply to ACL GETUSER; nil where there is none.
  public init?(_ reply: RedisReply) {
    let told = reply.members
    guard !told.isEmpty else { return nil }
    let flags = (told["flags"] ?? .null).elements.compactMap(\.text)
    isOn = flags.contains("on")
    takesAnyPassword = flags.contains("nopass")
    passwords = Set((told["passwords"] ?? .null).elements.compactMap(\.text))
    hasRights = told["commands"]?.text != "-@all"
  }
}

/// One connection of a client as a server lists it (CLIENT LIST).
public struct RedisConnection: Sendable, Equatable {
  /// Its number, which no other connection gets.
  public let id: Int
  /// Who is logged in.
  public let user: String
  /// Whether it is the link between a primary and a follower.
  public let isReplication: Bool

  /// The connections of a reply to CLIENT LIST.
  public static func all(in reply: RedisReply) -> [RedisConnection] {
    guard case .text(let lines) = reply else { return [] }
    return lines.compactMap { RedisConnection($0) }
  }

  /// `id=3 addr=/run/s:0 name= age=0 flags=U user=web …`: no field has a space in it.
  private init?(_ line: String) {
    var fields: [Substring: Substring] = [:]
    for field in line.split(separator: " ") {
      guard let equals = field.firstIndex(of: "=") else { continue }
      fields[field[..<equals]] = field[field.index(after: equals)...]
    }
    guard let id = fields["id"].flatMap({ Int($0) }), let user = fields["user"] else { return nil }
    self.id = id
    self.user = String(user)
    isReplication = fields["flags"].map { $0.contains("M") || $0.contains("S") } ?? false
  }
}
