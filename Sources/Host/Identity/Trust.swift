internal import Glibc

/// Whose files are obeyed: who could write one could have commands run as this process's user. As sshd(8), sudo(8) and
/// cron(8) have it.
public struct Trust: Sendable {
  /// The users whose files are obeyed.
  private let owners: Set<UInt32>
  /// The names of the groups whose files are obeyed, and that may write.
  private let groups: Set<String>

  /// Root's files and this process's user's, and those of these groups.
  public init(groups: Set<String> = []) { self.init(owners: [0, geteuid()], groups: groups) }

  init(owners: Set<UInt32>, groups: Set<String> = []) {
    self.owners = owners
    self.groups = groups
  }

  /// Besides whom it trusts already, whoever owns the folder: for somebody who looks at files that another user's process
  /// will obey, or at a copy of them.
  public func andOwner(of folder: String) -> Trust {
    var status = stat()
    guard stat(folder, &status) == 0 else { return self }
    return Trust(owners: owners.union([status.st_uid]), groups: groups)
  }

  /// The same with these groups.
  public func with(groups: Set<String>) -> Trust { Trust(owners: owners, groups: groups) }

  /// Refuses the folder at `path`, and any that it lies in, that somebody else could put another one in the place of.
  /// - Throws: ``HostError`` that says whose it is and what mends it.
  public func check(folder path: String) throws(HostError) {
    guard let real = realpath(path, nil) else { throw .last("look at", path) }
    defer { free(real) }
    var folder = String(cString: real)
    try check(try Trust.status(of: folder), "look at", folder)
    while folder != "/" {
      folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
      if folder.isEmpty { folder = "/" }
      // In a sticky folder nobody renames what is another's; who may write further up for good reasons is many a group.
      let status = try Trust.status(of: folder)
      let isOthers = status.st_mode & S_IWOTH != 0 && status.st_mode & S_ISVTX == 0
      guard owners.contains(status.st_uid), !isOthers else {
        throw HostError(
          "trust", path,
          "\(folder), in which it lies, \(isOthers ? "may be written by anybody" : "belongs to \(Trust.user(status.st_uid))")",
          class: .needsOperator)
      }
    }
  }

  /// Refuses what somebody else could have written.
  func check(_ status: stat, _ operation: String, _ path: String) throws(HostError) {
    guard let objection = try objection(to: status, path) else { return }
    throw HostError(operation, path, objection, class: .needsOperator)
  }

  private func objection(to status: stat, _ path: String) throws(HostError) -> String? {
    if status.st_mode & S_IWOTH != 0 {
      return "anybody may write it, and so have commands run that it names: chmod o-w \(path)"
    }
    let mayGroupWrite = status.st_mode & S_IWGRP != 0
    let isOwned = owners.contains(status.st_uid)
    guard mayGroupWrite || !isOwned else { return nil }
    let group = try Accounts.groupName(of: status.st_gid)
    if let group, groups.contains(group) { return nil }
    guard isOwned else {
      return
        "it belongs to \(Trust.user(status.st_uid)), who is neither root nor the daemon's user: chown root \(path)"
    }
    let name = group ?? "\(status.st_gid)"
    return
      "the group \(name) may write it, and so have commands run that it names: chmod g-w \(path), or for environments "
      + "`written by: [\(name)]` in steward.yaml"
  }

  private static func user(_ id: UInt32) -> String {
    ((try? Accounts.userName(of: id)) ?? nil) ?? "user \(id)"
  }

  private static func status(of path: String) throws(HostError) -> stat {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .last("look at", path) }
    return status
  }
}
