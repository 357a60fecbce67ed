internal import Glibc

/// The users and groups that the machine knows, from wherever it knows them (nsswitch.conf(5)).
public struct SystemAccounts: Accounts {
  /// The machine's users and groups.
  public init() {}

  /// A group of very many members needs a large buffer; beyond this it is refused.
  private static let bufferBytesMax = 4 << 20
  private static let groupsMax: Int32 = 65_536

  public func user(id: UInt32) throws -> Account? {
    var entry = passwd()
    return try Self.look(up: "user \(id)") { buffer, found in
      getpwuid_r(id, &entry, buffer.baseAddress!, buffer.count, &found)
    } read: { (found: UnsafeMutablePointer<passwd>) in
      Self.account(found.pointee)
    }
  }

  public func user(named name: String) throws -> Account? {
    var entry = passwd()
    return try Self.look(up: "user \(name)") { buffer, found in
      getpwnam_r(name, &entry, buffer.baseAddress!, buffer.count, &found)
    } read: { (found: UnsafeMutablePointer<passwd>) in
      Self.account(found.pointee)
    }
  }

  public func groupName(id: UInt32) throws -> String? {
    var entry = group()
    return try Self.look(up: "group \(id)") { buffer, found in
      getgrgid_r(id, &entry, buffer.baseAddress!, buffer.count, &found)
    } read: { (found: UnsafeMutablePointer<group>) in
      String(cString: found.pointee.gr_name)
    }
  }

  public func groupID(named name: String) throws -> UInt32? {
    var entry = group()
    return try Self.look(up: "group \(name)") { buffer, found in
      getgrnam_r(name, &entry, buffer.baseAddress!, buffer.count, &found)
    } read: { (found: UnsafeMutablePointer<group>) in
      found.pointee.gr_gid
    }
  }

  public func groups(of user: Account) throws -> [UInt32] {
    var capacity: Int32 = 64
    while capacity <= Self.groupsMax {
      var groups = [gid_t](repeating: 0, count: Int(capacity))
      var count = capacity
      if getgrouplist(user.name, user.group, &groups, &count) >= 0 { return Array(groups[..<Int(count)]) }
      capacity = max(capacity * 2, count)
    }
    throw HostError("look up", "the groups of \(user.name)", "there are more than \(Self.groupsMax)")
  }

  private static func account(_ entry: passwd) -> Account {
    Account(id: entry.pw_uid, name: String(cString: entry.pw_name), group: entry.pw_gid)
  }

  /// Calls one of the _r functions with a buffer that grows until the entry fits.
  private static func look<Entry, Value>(
    up subject: String,
    _ call: (UnsafeMutableBufferPointer<CChar>, inout UnsafeMutablePointer<Entry>?) -> Int32,
    read: (UnsafeMutablePointer<Entry>) -> Value
  ) throws(HostError) -> Value? {
    var size = 4096
    while true {
      let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: size)
      defer { buffer.deallocate() }
      var found: UnsafeMutablePointer<Entry>?
      let failure = call(buffer, &found)
      if failure == ERANGE && size < bufferBytesMax {
        size *= 4
        continue
      }
      // getpwnam_r(3): systems say "not found" in more than one way.
      if failure == 0 || failure == ENOENT || failure == ESRCH { return found.map(read) }
      if failure == EINTR { continue }
      throw HostError("look up", subject, code: failure)
    }
  }
}
