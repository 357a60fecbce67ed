import Desired
import Glibc
import Host
import Reconciliation

/// Who is at the other end of the socket, in the words of `steward.yaml`.
enum Roles {
  /// The caller with these kernel-given numbers. A number that no account has stands for itself, and has no role.
  static func caller(uid: UInt32, gid: UInt32, groups: [UInt32], steward: StewardFile?) -> Caller {
    let user = (try? Accounts.userName(of: uid)) ?? nil
    let groupNames = Set(([gid] + groups).compactMap { (try? Accounts.groupName(of: $0)) ?? nil })
    let roles = (steward?.roles ?? [:]).filter { _, role in
      user.map { role.users.contains($0) } == true || !role.groups.isDisjoint(with: groupNames)
    }
    return Caller(
      name: user ?? "uid \(uid)", roles: Set(roles.keys), isOwner: uid == 0 || uid == geteuid())
  }
}
