internal import CrashPoints
internal import Glibc

/// Files for one pair of eyes: keys, secrets, environment files. Mode 0600 from the first byte, whole or not
/// at all.
///
/// Calls block (fsync); call them inside ``offPool(_:)``.
public enum PrivateFile {
  private static let temporarySuffix = ".unfinished"

  /// Replaces the file at `path`, or makes it.
  ///
  /// Written to a new file beside it (O_EXCL, O_NOFOLLOW, 0600), flushed, renamed over the old one, the
  /// folder flushed: after a crash at any moment the old or the new content is there, never a mixture and
  /// never a moment of wider rights.
  /// - Parameter keepsRights: whether the new file is for whom the old one is: it has the same owner and group, and what these
  ///   may, but nobody else. Without an old one it is this process's.
  /// - Throws: ``HostError``; also where `path` is not a regular file now, a symbolic link among them.
  public static func write(
    _ bytes: [UInt8], to path: String, keepsRights: Bool = false,
    randomness: some Randomness = SystemRandomness()
  ) throws(HostError) {
    let (folder, name) = try split(path)
    if let now = try folder.entry(name), now.kind != .file {
      throw HostError(
        "write", path, now.kind == .symbolicLink ? "it is a symbolic link" : "it is not a regular file")
    }
    let rights = keepsRights ? try status(of: name, in: folder).map(FileRights.init) : nil
    let tail = randomness.bytes(8).map { String($0, radix: 16) }.joined()
    guard let temporary = FileName(temporaryPrefix(of: name) + tail + temporarySuffix) else {
      throw HostError("write", path, "not a name for a file")
    }
    let file = try folder.create(temporary)
    do throws(HostError) {
      try bytes.withUnsafeBufferPointer { buffer throws(HostError) in
        try file.write(UnsafeRawBufferPointer(buffer))
      }
      if let rights { try file.takeRights(of: rights) }
      try file.sync()
      try folder.rename(temporary, to: name, replaces: true)
    } catch {
      _ = effect("file.discard") { temporary.withCString { unlinkat(folder.descriptor.raw, $0, 0) } }
      throw error
    }
    try folder.sync()
  }

  /// Reads the file at `path`. `nil`: there is none.
  /// - Parameter bytesMax: a larger file is an error.
  /// - Parameter onlyPrivate: refuse a file that others may read or write, or that belongs to neither this
  ///   process's user nor root. For keys: a key that others could read is no key.
  /// - Throws: ``HostError``; also for a symbolic link or anything else that is not a regular file.
  public static func read(
    _ path: String, bytesMax: Int, onlyPrivate: Bool = false
  ) throws(HostError) -> [UInt8]? {
    let file: OpenFile
    do throws(HostError) {
      let (folder, name) = try split(path)
      file = try folder.open(name)
    } catch {
      if error.isAbsent { return nil }
      throw error
    }
    if onlyPrivate {
      var status = stat()
      guard fstat(file.rawDescriptor, &status) == 0 else { throw .last("look at", path) }
      guard status.st_mode & 0o077 == 0 else {
        throw HostError("read", path, "others may use it; make it 0600", class: .needsOperator)
      }
      guard status.st_uid == geteuid() || status.st_uid == 0 else {
        throw HostError("read", path, "it belongs to user \(status.st_uid)", class: .needsOperator)
      }
    }
    return try file.readAll(bytesMax: bytesMax)
  }

  /// Who may use the file at `path` beside its owner and those of its group who read it; nil where nobody may, and where there
  /// is none.
  /// - Throws: ``HostError``
  public static func exposure(of path: String) throws(HostError) -> String? {
    let (folder, name) = try split(path)
    guard let status = try status(of: name, in: folder) else { return nil }
    if status.st_mode & 0o007 != 0 { return "everybody may use it: chmod o= \(path)" }
    return status.st_mode & 0o030 != 0 ? "its group may change it: chmod g-wx \(path)" : nil
  }

  private static func status(of name: FileName, in folder: Folder) throws(HostError) -> stat? {
    var status = stat()
    if name.withCString({ fstatat(folder.descriptor.raw, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 {
      return status
    }
    if errno == ENOENT { return nil }
    throw .last("look at", folder.path)
  }

  /// Removes the file at `path` if it is there and a regular file, and flushes the folder. Returns whether it
  /// was there.
  /// - Throws: ``HostError``
  public static func remove(_ path: String) throws(HostError) -> Bool {
    let (folder, name) = try split(path)
    guard let entry = try folder.entry(name) else { return false }
    let removal = try folder.unlink(entry, ifUnchanged: false)
    if case .spared(let reason) = removal { throw HostError("remove", path, reason) }
    try folder.sync()
    return true
  }

  /// Removes what writes of `path` left behind when the process died between making the new file and renaming
  /// it. To be called when nothing writes it.
  /// - Throws: ``HostError``
  public static func removeLeftovers(of path: String) throws(HostError) {
    let (folder, name) = try split(path)
    let prefix = temporaryPrefix(of: name)
    for entry in try folder.entries().entries where entry.kind == .file {
      let text = entry.name.description
      guard text.hasPrefix(prefix), text.hasSuffix(temporarySuffix) else { continue }
      _ = try folder.unlink(entry, ifUnchanged: false)
    }
  }

  private static func temporaryPrefix(of name: FileName) -> String { ".\(name)." }

  private static func split(_ path: String) throws(HostError) -> (Folder, FileName) {
    guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/") else {
      throw HostError("open", path, "not an absolute path")
    }
    guard let name = FileName(String(path[path.index(after: slash)...])) else {
      throw HostError("open", path, "the path does not end in a file's name")
    }
    return (try Folder(slash == path.startIndex ? "/" : String(path[..<slash])), name)
  }
}
