internal import Glibc

/// Who has files open for writing, found by one scan of /proc/*/fd for any number of files.
///
/// Deleting a file that is open frees nothing and loses what is still being written.
public struct OpenFiles: Sendable {
  /// What is known of one file.
  public enum Holding: Hashable, Sendable {
    /// These processes can write it.
    case held(by: [Int32])
    /// No process can.
    case free
    /// Nobody was seen to, but not every process may be looked at; says why. Not the same as free.
    case unknown(String)
  }

  private let holders: [FileIdentity: [Int32]]
  private let blindSpot: String?

  /// What is known of `file`, which must be one of those scanned for.
  public func holding(_ file: FileIdentity) -> Holding {
    if let processes = holders[file] { return .held(by: processes) }
    return blindSpot.map { .unknown($0) } ?? .free
  }

  /// Looks at every descriptor of every process. Blocks; call it inside ``offPool(_:)``.
  ///
  /// Not seen: a file that is only mapped into memory, and processes of another PID namespace that is not
  /// below this one.
  public static func writers(of files: Set<FileIdentity>) -> OpenFiles {
    files.isEmpty ? OpenFiles(holders: [:], blindSpot: nil) : writers { files.contains($0) }
  }

  /// The same for whatever files there are: to be asked before they are known, or when they are many.
  public static func writers() -> OpenFiles { writers { _ in true } }

  private static func writers(where isMeant: (FileIdentity) -> Bool) -> OpenFiles {
    var holders: [FileIdentity: [Int32]] = [:]
    var unreadable = 0
    guard let processes = try? ProcessTable.processIDs() else {
      return OpenFiles(holders: [:], blindSpot: "/proc cannot be read")
    }
    for process in processes {
      switch scan(process, isMeant) {
      case .some(let found): for file in found { holders[file, default: []].append(process) }
      case .none: unreadable += 1
      }
    }
    return OpenFiles(holders: holders, blindSpot: blindSpot(unreadable, processes))
  }

  /// `nil`: this process may not be looked at. One that ended meanwhile holds nothing.
  private static func scan(
    _ process: Int32, _ isMeant: (FileIdentity) -> Bool
  ) -> Set<FileIdentity>? {
    let path = "/proc/\(process)/fd"
    var found: Set<FileIdentity> = []
    do throws(HostError) {
      let folder = try Descriptor(Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path)
      _ = try Dirents.forEach(in: folder.raw, path) { name throws(HostError) in
        name.withCString { name in
          var status = stat()
          // The link's own mode says how the file was opened (proc(5)): without the write bit, there is no
          // need to look at what it leads to.
          guard fstatat(folder.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IWUSR != 0,
            fstatat(folder.raw, name, &status, 0) == 0, status.st_mode & S_IFMT == S_IFREG
          else { return }
          let file = FileIdentity(status)
          if isMeant(file) { found.insert(file) }
        }
        return true
      }
    } catch {
      return error.code == ENOENT || error.code == ESRCH ? found : nil
    }
    return found
  }

  private static func blindSpot(_ unreadable: Int, _ processes: [Int32]) -> String? {
    if unreadable > 0 { return "\(unreadable) processes of other users cannot be looked at" }
    // Mounted with hidepid=2, /proc leaves other users' processes out without a word.
    if geteuid() != 0 && !processes.contains(1) { return "/proc hides the processes of other users" }
    return nil
  }
}
