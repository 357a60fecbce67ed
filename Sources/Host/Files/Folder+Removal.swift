internal import CLinux
internal import CrashPoints
internal import Glibc

/// What came of an attempt to remove a file.
public enum Removal: Hashable, Sendable {
  /// Its name is gone. `freedBytes` is what the disk gets back, as soon as nobody has it open.
  case removed(freedBytes: Int64)
  /// Someone else removed it before.
  case wasGone
  /// It is not the file that was looked at before, and was left alone; says in what it differs.
  case spared(String)
}

extension Folder {
  /// Removes a file, if it still is the very file that `expected` saw: the same inode on the same device, a
  /// regular file with this one name, not changed since.
  ///
  /// The look is repeated right before the unlink, and both go through this folder's descriptor: links
  /// swapped in on the way change nothing. Between the two a name can still be exchanged by whoever may write
  /// here; what is lost then is an entry of this very folder that its owner just put there, never anything
  /// outside.
  /// - Parameter ifUnchanged: also spare it when its size or time moved: someone writes it, or the inode
  ///   number was given to a new file.
  /// - Throws: ``HostError``
  public func unlink(_ expected: FileEntry, ifUnchanged: Bool = true) throws(HostError) -> Removal {
    guard let found = try entry(expected.name) else { return .wasGone }
    if let difference = Self.difference(found, expected, ifUnchanged) { return .spared(difference) }
    guard effect("file.remove", { expected.name.withCString { unlinkat(descriptor.raw, $0, 0) } }) == 0 else {
      if errno == ENOENT { return .wasGone }
      throw .last("remove", path(of: expected.name))
    }
    return .removed(freedBytes: found.allocatedBytes)
  }

  /// Renames an entry of this folder, into `other` when given.
  /// - Parameter replaces: whether an entry that has the new name already is replaced; else that is an error.
  /// - Throws: ``HostError``
  public func rename(
    _ name: FileName, to newName: FileName, in other: Folder? = nil, replaces: Bool = false
  ) throws(HostError) {
    let target = other ?? self
    let result = effect("file.rename") {
      name.withCString { from in
        newName.withCString { to in
          replaces
            ? renameat(descriptor.raw, from, target.descriptor.raw, to)
            : clinux_rename_no_replace(descriptor.raw, from, target.descriptor.raw, to)
        }
      }
    }
    guard result == 0 else { throw .last("rename to \(target.path(of: newName))", path(of: name)) }
  }

  private static func difference(_ found: FileEntry, _ expected: FileEntry, _ ifUnchanged: Bool) -> String? {
    if found.kind != .file { return "it is not a regular file any more" }
    if found.identity != expected.identity { return "another file has this name now" }
    if found.mount != expected.mount { return "another mount lies over it now" }
    if found.links != 1 { return "it has \(found.links) names; removing one would free nothing" }
    guard ifUnchanged else { return nil }
    if found.sizeBytes != expected.sizeBytes || found.modified != expected.modified {
      return "it changed since it was looked at"
    }
    return nil
  }
}
