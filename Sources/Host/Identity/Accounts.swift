internal import Glibc

/// The names of the machine's users and groups, from wherever it knows them (nsswitch.conf(5)); where that is a directory
/// server, an answer may take seconds.
public enum Accounts {
  /// The name of the user of this number; nil where there is none.
  /// - Throws: ``HostError`` where a look failed: that is not "none".
  public static func userName(of id: UInt32) throws(HostError) -> String? {
    var entry = passwd()
    return try look(up: "user \(id)") { buffer, found in
      getpwuid_r(id, &entry, buffer.baseAddress!, buffer.count, &found)
    } read: { (found: UnsafeMutablePointer<passwd>) in
      String(cString: found.pointee.pw_name)
    }
  }

  /// The name of the group of this number; nil where there is none.
  /// - Throws: ``HostError`` where a look failed.
  public static func groupName(of id: UInt32) throws(HostError) -> String? {
    var entry = group()
    return try look(up: "group \(id)") { buffer, found in
      getgrgid_r(id, &entry, buffer.baseAddress!, buffer.count, &found)
    } read: { (found: UnsafeMutablePointer<group>) in
      String(cString: found.pointee.gr_name)
    }
  }

  /// A group of very many members needs a large buffer; beyond this it is refused.
  private static let bufferBytesMax = 4 << 20

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
