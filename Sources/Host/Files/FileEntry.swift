internal import CLinux
public import Calendar
internal import Glibc

/// Which file it is, whatever its name: device and inode number.
public struct FileIdentity: Hashable, Sendable, Codable {
  /// The file system's device number.
  public let device: UInt64
  /// The inode number in that file system.
  public let inode: UInt64

  /// The file with this inode number on that device.
  public init(device: UInt64, inode: UInt64) {
    self.device = device
    self.inode = inode
  }
}

/// One entry of a folder as one look found it, symbolic links not followed.
public struct FileEntry: Hashable, Sendable {
  /// What kind of thing an entry is.
  public enum Kind: String, Hashable, Sendable, Codable {
    /// A regular file.
    case file
    /// A folder.
    case folder
    /// A symbolic link, wherever it leads.
    case symbolicLink
    /// A FIFO, a socket or a device.
    case special
  }

  /// Its name in the folder.
  public let name: FileName
  /// What it is.
  public let kind: Kind
  /// Its length in bytes.
  public let sizeBytes: Int64
  /// What it occupies on the disk in bytes: what deleting it frees once nobody has it open.
  public let allocatedBytes: Int64
  /// When its content last changed (mtime). Access times are not looked at: reading a log must not keep it
  /// alive.
  public let modified: Instant
  /// Which file it is.
  public let identity: FileIdentity
  /// How many names it has.
  public let links: Int
  /// Whose it is.
  public let ownerID: UInt32

  init(_ name: FileName, _ status: stat) {
    self.name = name
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .symbolicLink
      default: .special
      }
    sizeBytes = Int64(status.st_size)
    // st_blocks counts 512 bytes whatever the block size (stat(2)).
    allocatedBytes = Int64(status.st_blocks) * 512
    modified = Instant(
      microseconds: Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1_000)
    identity = FileIdentity(status)
    links = Int(status.st_nlink)
    ownerID = status.st_uid
  }
}

extension FileIdentity {
  init(_ status: stat) {
    self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }
}
