internal import Glibc

/// The way to a folder: each folder that decides where it leads, with the name that decides it there.
struct FolderWay: Equatable {
  struct Step: Hashable {
    let folder: String
    /// Only this name in the folder matters; `nil` for the folder at the end, in which every name does.
    let name: String?
  }

  /// A way that keeps changing is looked at this often; after that, everybody is told to look again.
  static let attemptsMax = 8
  /// As many links on a way as Linux follows (path_resolution(7)).
  private static let linksMax = 40

  let path: String
  private(set) var steps: [Step] = []
  /// The folder at the end, so that one that was replaced under the same name differs.
  private var end: FileIdentity?

  init(to path: String) {
    self.path = path
    var names = Array(path.split(separator: "/").map(String.init).reversed())
    var folder = ""
    var links = 0
    while let name = names.popLast() {
      if name == "." { continue }
      if name == ".." {
        folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
        continue
      }
      steps.append(Step(folder: folder.isEmpty ? "/" : folder, name: name))
      let next = folder + "/" + name
      var status = stat()
      guard lstat(next, &status) == 0 else { return }
      if status.st_mode & S_IFMT == S_IFLNK {
        links += 1
        guard links <= Self.linksMax, let target = Self.target(of: next) else { return }
        names += target.split(separator: "/").map(String.init).reversed()
        if target.hasPrefix("/") { folder = "" }
        continue
      }
      guard status.st_mode & S_IFMT == S_IFDIR else { return }
      folder = next
    }
    steps.append(Step(folder: folder.isEmpty ? "/" : folder, name: nil))
    var status = stat()
    if lstat(folder.isEmpty ? "/" : folder, &status) == 0 { end = FileIdentity(status) }
  }

  private static func target(of link: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { bytes in
      readlink(link, bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
