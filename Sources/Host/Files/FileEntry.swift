internal import CLinux
public import Calendar
internal import Glibc

/// Which file it is, whatever its name: device and inode number.
///
/// The device is not that of the folder everywhere: on an overlay it is another for each layer. Whether a file is on its
/// folder's mount, ``FileEntry/mount`` tells.
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
  /// The number of the mount that it is on, as long as that is mounted.
  public let mount: UInt64

  init(_ name: FileName, _ found: clinux_file) {
    self.name = name
    kind =
      switch found.mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .symbolicLink
      default: .special
      }
    sizeBytes = found.size
    // The kernel counts 512 bytes whatever the block size (stat(2)).
    allocatedBytes = Int64(found.blocks) * 512
    modified = Instant(
      microseconds: found.modified_seconds * 1_000_000 + Int64(found.modified_nanoseconds) / 1_000)
    identity = FileIdentity(device: found.device, inode: found.inode)
    links = Int(found.links)
    ownerID = found.owner
    mount = found.mount
  }
}

extension clinux_file {
  /// Looks at `name` in an open folder, or at what is open itself where that is empty. Nil: errno says why not.
  init?(_ folder: Int32, _ name: UnsafePointer<CChar>) {
    self.init()
    guard clinux_look(folder, name, &self) == 0 else { return nil }
  }
}

extension FileIdentity {
  init(_ status: stat) {
    self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }
}
