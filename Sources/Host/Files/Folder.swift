internal import CLinux
internal import CrashPoints
internal import Glibc

/// A folder held open by its descriptor: whatever is renamed or replaced by a link afterwards, what is done
/// through it is done in this folder and nowhere else.
///
/// No symbolic link is ever followed: not on the way to the folder, not below it (openat2(2),
/// RESOLVE_NO_SYMLINKS). This closes the class of faults in which a log's owner swaps a folder for a link and
/// a privileged cleaner deletes elsewhere. All calls block; call them inside ``offPool(_:)``.
public final class Folder: Sendable {
  /// The path it was opened by, for messages only: it may have moved since.
  public let path: String
  /// The number of the mount that it is on: whatever is in it and has another is mounted over.
  public let mount: UInt64
  let descriptor: Descriptor

  private static let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK

  /// Opens the folder at an absolute path.
  /// - Throws: ``HostError``; where a symbolic link is on the way, one that names the path to write instead.
  public convenience init(_ path: String) throws(HostError) {
    guard path.hasPrefix("/") else { throw HostError("open", path, "not an absolute path") }
    let raw = clinux_open_plain(path, Self.flags)
    if raw < 0 && errno == ELOOP { throw Self.linkOnTheWay(to: path) }
    try self.init(owning: try Descriptor(raw, "open", path), path)
  }

  private init(owning descriptor: consuming Descriptor, _ path: String) throws(HostError) {
    guard let found = clinux_file(descriptor.raw, "") else { throw .last("look at", path) }
    self.descriptor = descriptor
    self.path = path
    mount = found.mount
  }

  /// Opens a folder in this one.
  /// - Parameter crossesMounts: whether it may be the root of another mount; a bind mount counts as one.
  /// - Throws: ``HostError``; ``HostError/isMountPoint`` where it is one and must not be crossed.
  public func subfolder(_ name: FileName, crossesMounts: Bool = false) throws(HostError) -> Folder {
    let path = path(of: name)
    let raw = name.withCString { clinux_open_beneath(descriptor.raw, $0, Self.flags, crossesMounts ? 0 : 1) }
    if raw < 0 && errno == ELOOP { throw HostError("open", path, "it became a symbolic link") }
    return try Folder(owning: try Descriptor(raw, "open", path), path)
  }

  /// Opens the folder that `place` leads to, name by name.
  /// - Throws: ``HostError``
  public func descend(_ place: [FileName]) throws(HostError) -> Folder {
    var folder = self
    for name in place { folder = try folder.subfolder(name) }
    return folder
  }

  /// Looks at one entry. `nil`: there is none of that name.
  /// - Throws: ``HostError``
  public func entry(_ name: FileName) throws(HostError) -> FileEntry? {
    if let found = name.withCString({ clinux_file(descriptor.raw, $0) }) { return FileEntry(name, found) }
    if errno == ENOENT { return nil }
    throw .last("look at", path(of: name))
  }

  /// The space of the file system it is on.
  /// - Throws: ``HostError``
  public func space() throws(HostError) -> DiskSpace {
    var status = statvfs()
    guard fstatvfs(descriptor.raw, &status) == 0 else { throw .last("look at the space of", path) }
    return DiskSpace(status)
  }

  /// Everything done in this folder (a new name, a rename, an unlink) is on the disk when this returns.
  /// - Throws: ``HostError``
  public func sync() throws(HostError) {
    try effect("folder.sync") { () throws(HostError) in try descriptor.sync(path) }
  }

  func path(of name: FileName) -> String { path == "/" ? "/\(name)" : "\(path)/\(name)" }

  private static func linkOnTheWay(to path: String) -> HostError {
    guard let real = realpath(path, nil) else {
      return HostError("open", path, "a symbolic link is on the way; links are not followed here")
    }
    defer { free(real) }
    return HostError(
      "open", path,
      "a symbolic link is on the way, and links are not followed here; write the path it leads to, "
        + String(cString: real))
  }
}

extension HostError {
  /// Whether a subfolder was not opened because it is the root of another mount.
  public var isMountPoint: Bool { operation == "open" && code == EXDEV }
}
