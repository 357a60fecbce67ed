internal import Glibc

/// The processes that are running, as /proc shows them.
enum ProcessTable {
  static func processIDs() throws(HostError) -> [Int32] {
    let folder = try Descriptor(open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", "/proc")
    var found: [Int32] = []
    _ = try Dirents.forEach(in: folder.raw, "/proc") { name throws(HostError) in
      var number: Int32 = 0
      for byte in name.bytes {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return true }
        number = number &* 10 &+ Int32(byte - UInt8(ascii: "0"))
      }
      found.append(number)
      return true
    }
    return found
  }
}
