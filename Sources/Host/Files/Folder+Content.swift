internal import CLinux
internal import CrashPoints
internal import Glibc

/// A regular file held open for reading, for as long as this value lives.
public final class OpenFile: Sendable {
  /// The path it was opened by, for messages.
  public let path: String
  /// The file as it was when it was opened.
  public let entry: FileEntry
  private let descriptor: Descriptor

  init(_ descriptor: consuming Descriptor, _ entry: FileEntry, _ path: String) {
    self.descriptor = descriptor
    self.entry = entry
    self.path = path
  }

  /// The open descriptor, for a library that reads by descriptor; valid while this value lives.
  public var rawDescriptor: Int32 { descriptor.raw }

  /// Fills `buffer` from the current position. Returns the number of bytes; 0 at the end.
  /// - Throws: ``HostError``
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(HostError) -> Int {
    while true {
      let count = Glibc.read(descriptor.raw, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw .last("read", path) }
    }
  }

  /// Reads the whole file.
  /// - Parameter bytesMax: more than this is an error.
  /// - Throws: ``HostError``
  public func readAll(bytesMax: Int) throws(HostError) -> [UInt8] {
    try descriptor.readAll(bytesMax: bytesMax, from: path)
  }
}

/// A new file being written, under a name of its own that nobody had.
public final class NewFile: Sendable {
  /// The path it was made by, for messages.
  public let path: String
  private let descriptor: Descriptor

  init(_ descriptor: consuming Descriptor, _ path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  /// The open descriptor, for a library that writes by descriptor; valid while this value lives.
  public var rawDescriptor: Int32 { descriptor.raw }

  /// Appends all of `bytes`.
  /// - Throws: ``HostError``
  public func write(_ bytes: UnsafeRawBufferPointer) throws(HostError) {
    try descriptor.write(all: bytes, to: path)
  }

  /// Gives it the owner, the group and the rights of another file, as a look at that one found them.
  /// - Throws: ``HostError``; one that needs an operator where only root may give a file away.
  func takeRights(of other: FileRights) throws(HostError) {
    let isAllowed = effect("file.rights") {
      (other.owner == geteuid() && other.group == getegid())
        || fchown(descriptor.raw, other.owner, other.group) == 0
    }
    guard isAllowed else {
      throw HostError(
        "write", path,
        "what it replaces belongs to user \(other.owner) and group \(other.group), and only root may give a file to them",
        class: .needsOperator)
    }
    guard effect("file.mode", { fchmod(descriptor.raw, mode_t(other.mode)) }) == 0 else {
      throw .last("set the rights of", path)
    }
  }

  /// What was written is on the disk when this returns. Its name is only after ``Folder/sync()``.
  /// - Throws: ``HostError``
  public func sync() throws(HostError) { try descriptor.sync(path) }
}

extension Folder {
  /// Opens a regular file in this folder for reading. A FIFO or a device is refused without waiting on it.
  /// - Parameter expected: when given, the file must be that one.
  /// - Throws: ``HostError``
  public func open(_ name: FileName, expecting expected: FileIdentity? = nil) throws(HostError) -> OpenFile {
    let path = path(of: name)
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    let raw = name.withCString { openat(descriptor.raw, $0, flags) }
    if raw < 0 && errno == ELOOP { throw HostError("open", path, "it is a symbolic link") }
    let file = try Descriptor(raw, "open", path)
    guard let found = clinux_file(file.raw, "") else { throw .last("look at", path) }
    let entry = FileEntry(name, found)
    guard entry.kind == .file else { throw HostError("open", path, "it is not a regular file") }
    if let expected, entry.identity != expected {
      throw HostError("open", path, "another file has this name now", class: .transient)
    }
    return OpenFile(file, entry, path)
  }

  /// Makes a new file for writing; a name that exists, even as a link, is an error.
  /// - Throws: ``HostError``
  public func create(_ name: FileName, permissions: UInt32 = 0o600) throws(HostError) -> NewFile {
    let path = path(of: name)
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let raw = effect("file.create") {
      name.withCString { openat(descriptor.raw, $0, flags, mode_t(permissions)) }
    }
    return NewFile(try Descriptor(raw, "create", path), path)
  }

  /// Makes a folder in this one, for its owner only, and opens it. One that is there already is opened.
  /// - Throws: ``HostError``
  public func makeFolder(_ name: FileName, permissions: UInt32 = 0o700) throws(HostError) -> Folder {
    let result = effect("folder.create") {
      name.withCString { mkdirat(descriptor.raw, $0, mode_t(permissions)) }
    }
    if result != 0 && errno != EEXIST { throw .last("create", path(of: name)) }
    return try subfolder(name)
  }
}
