/// A user of this machine.
public struct Account: Hashable, Sendable {
  /// The user's number.
  public let id: UInt32
  /// The user's name.
  public let name: String
  /// The number of the user's first group.
  public let group: UInt32

  /// A user with these marks.
  public init(id: UInt32, name: String, group: UInt32) {
    self.id = id
    self.name = name
    self.group = group
  }
}

/// The door to the machine's users and groups. The one in use is ``SystemAccounts``; tests may hold
/// ``FixedAccounts``.
///
/// Answers may come from a directory server and take seconds: ask inside ``offPool(_:)``. "Unknown" is `nil`;
/// a look that failed is an error, and not a user without groups.
public protocol Accounts: Sendable {
  /// The user of this number.
  func user(id: UInt32) throws -> Account?
  /// The user of this name.
  func user(named name: String) throws -> Account?
  /// The name of the group of this number.
  func groupName(id: UInt32) throws -> String?
  /// The number of the group of this name.
  func groupID(named name: String) throws -> UInt32?
  /// The numbers of all groups the user is in, the first one included.
  func groups(of user: Account) throws -> [UInt32]
}

/// Users and groups for tests.
public struct FixedAccounts: Accounts {
  private let users: [Account]
  private let groupNames: [UInt32: String]
  private let members: [String: [UInt32]]

  /// These users; groups by number; and the groups each user is in by the user's name.
  public init(users: [Account] = [], groups: [UInt32: String] = [:], members: [String: [UInt32]] = [:]) {
    self.users = users
    groupNames = groups
    self.members = members
  }

  public func user(id: UInt32) -> Account? { users.first { $0.id == id } }
  public func user(named name: String) -> Account? { users.first { $0.name == name } }
  public func groupName(id: UInt32) -> String? { groupNames[id] }
  public func groupID(named name: String) -> UInt32? { groupNames.first { $0.value == name }?.key }
  public func groups(of user: Account) -> [UInt32] { [user.group] + (members[user.name] ?? []) }
}
