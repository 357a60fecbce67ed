import Desired
import Glibc
import Host
import Reconciliation

/// Who is at the other end of the socket, in the words of `steward.yaml`.
struct Roles: Sendable {
  let accounts: any Accounts

  /// The caller with these kernel-given numbers. A number that no account has stands for itself, and has no role.
  func caller(uid: UInt32, gid: UInt32, groups: [UInt32], steward: StewardFile?) -> Caller {
    let user = (try? accounts.user(id: uid)) ?? nil
    let groupNames = Set(([gid] + groups).compactMap { (try? accounts.groupName(id: $0)) ?? nil })
    let roles = (steward?.roles ?? [:]).filter { _, role in
      user.map { role.users.contains($0.name) } == true || !role.groups.isDisjoint(with: groupNames)
    }
    return Caller(
      name: user?.name ?? "uid \(uid)", roles: Set(roles.keys), isOwner: uid == 0 || uid == geteuid())
  }
}
