internal import CLinux
internal import Glibc

/// What one look into a folder found.
public struct Listing: Sendable {
  /// The entries, in the order the file system gives them.
  public let entries: [FileEntry]
  /// Whether the folder holds more than the limit that was asked for.
  public let isTruncated: Bool
}

extension Folder {
  /// A folder of logs larger than this is beyond what is handled in one look; the rest comes with the next
  /// one.
  public static let entriesMax = 1_000_000

  /// All entries but "." and "..", each with its size, time and identity. An entry that vanishes meanwhile is
  /// left out.
  ///
  /// One getdents64 per 64 KiB of names and one statx each, through this folder's descriptor.
  /// - Throws: ``HostError``
  public func entries(limit: Int = Folder.entriesMax) throws(HostError) -> Listing {
    var entries: [FileEntry] = []
    let isTruncated = try forEachName { name throws(HostError) in
      guard entries.count < limit else { return false }
      if let entry = try entry(name) { entries.append(entry) }
      return true
    }
    return Listing(entries: entries, isTruncated: isTruncated)
  }

  /// Calls `body` with each name until it returns false. Returns whether it did.
  func forEachName(_ body: (FileName) throws(HostError) -> Bool) throws(HostError) -> Bool {
    // Listings share the descriptor's offset, so each opens the folder anew: two may run at once.
    let listing = try Descriptor(
      openat(descriptor.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "list", path)
    return try Dirents.forEach(in: listing.raw, path, body)
  }
}

/// The kernel's own listing of a folder (getdents64(2)), which readdir would copy once more.
enum Dirents {
  private static let bufferBytes = 64 << 10
  /// linux_dirent64: inode 8, offset 8, length 2, type 1, then the name and its zero.
  private static let lengthAt = 16
  private static let nameAt = 19

  static func forEach(
    in descriptor: Int32, _ path: String, _ body: (FileName) throws(HostError) -> Bool
  ) throws(HostError) -> Bool {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferBytes, alignment: 8)
    defer { buffer.deallocate() }
    guard let base = buffer.baseAddress else { return false }
    while true {
      let count = clinux_getdents(descriptor, base, bufferBytes)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .last("list", path) }
      if count == 0 { return false }
      var at = 0
      while at < count {
        let length = Int(base.loadUnaligned(fromByteOffset: at + lengthAt, as: UInt16.self))
        let start = (base + at + nameAt).assumingMemoryBound(to: UInt8.self)
        at += length
        let nameLength = strlen(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self))
        if start[0] == UInt8(ascii: "."), nameLength == 1 || (nameLength == 2 && start[1] == start[0]) {
          continue
        }
        let name = FileName(terminated: Array(UnsafeBufferPointer(start: start, count: nameLength + 1)))
        guard try body(name) else { return true }
      }
    }
  }
}
