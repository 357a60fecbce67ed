import Glibc

/// A file system of some megabytes in memory, unmounted when the test lets go of it. Only root may mount.
public final class SmallDisk: Sendable {
  /// Whether one can be had, or must be.
  public static let isAvailable: Bool = {
    let folder = ScratchFolder()
    folder.makeFolder("disk")
    return getenv("CI") != nil || (try? SmallDisk(at: folder.path("disk"), megabytes: 1)) != nil
  }()

  private let path: String

  /// Mounts it over a folder.
  public init(at path: String, megabytes: Int) throws {
    self.path = path
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else { throw Errno(code: errno) }
  }

  deinit { unmount() }

  /// Takes it out of the tree, at once even where somebody still holds it.
  public func unmount() { umount2(path, Int32(MNT_DETACH)) }

  /// Writes a file until nothing more fits, beside what others write.
  public func fill() {
    let file = open("\(path)/filling", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    defer { close(file) }
    let page = [UInt8](repeating: 1, count: 4096)
    while write(file, page, page.count) > 0 {}
  }

  /// Removes that file.
  public func free() { unlink("\(path)/filling") }
}
