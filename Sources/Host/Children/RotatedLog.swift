internal import CrashPoints
internal import Glibc

/// A log file that is renamed to `.1` when it is full, in the place of the one before.
struct RotatedLog: ~Copyable, Sendable {
  private let folder: Folder
  private let name: FileName
  private let oldName: FileName
  private let bytesMax: Int
  private var file: Descriptor?
  private var bytes = 0
  /// Whether the last byte written ended a line.
  private(set) var isAtLineStart = true

  init(_ folder: Folder, _ name: FileName, _ oldName: FileName, bytesMax: Int) {
    self.folder = folder
    self.name = name
    self.oldName = oldName
    self.bytesMax = bytesMax
    file = nil
  }

  mutating func append(_ piece: UnsafeRawBufferPointer) throws(HostError) {
    guard let last = piece.last else { return }
    if file == nil { try open() }
    if bytes > 0 && bytes + piece.count > bytesMax {
      file = nil
      try effect("output.rotate") { () throws(HostError) in
        try folder.rename(name, to: oldName, replaces: true)
      }
      try open()
    }
    try effect("output.keep") { () throws(HostError) in try file?.write(all: piece, to: folder.path(of: name))
    }
    bytes += piece.count
    isAtLineStart = last == UInt8(ascii: "\n")
  }

  private mutating func open() throws(HostError) {
    let path = folder.path(of: name)
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let raw = effect("output.create") { name.withCString { openat(folder.descriptor.raw, $0, flags, 0o600) } }
    let opened = try Descriptor(raw, "open", path)
    var status = stat()
    guard fstat(opened.raw, &status) == 0 else { throw .last("look at", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw HostError("open", path, "it is not a regular file")
    }
    bytes = Int(status.st_size)
    file = consume opened
  }
}
