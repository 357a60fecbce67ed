import CLinux
import Glibc

/// Who is at the other end of a connection, as the kernel recorded it when it was made.
struct Peer: Hashable, Sendable {
  let uid: UInt32
  let gid: UInt32
  /// The supplementary groups: a role given to a group counts through any of them.
  let groups: [UInt32]

  /// Asks the kernel; nil where it does not say.
  init?(socket: Int32) {
    var pid: pid_t = 0
    var uid: uid_t = 0
    var gid: gid_t = 0
    guard clinux_peer(socket, &pid, &uid, &gid) == 0, let groups = Peer.groups(of: socket) else { return nil }
    self.uid = uid
    self.gid = gid
    self.groups = groups
  }

  private static func groups(of socket: Int32) -> [UInt32]? {
    // Few groups nearly always; 65,536 is Linux's NGROUPS_MAX.
    for capacity in [64, 65_536] {
      var groups = [gid_t](repeating: 0, count: capacity)
      let count = clinux_peer_groups(socket, &groups, Int32(capacity))
      if count >= 0 { return Array(groups.prefix(Int(count))) }
      guard errno == ERANGE else { return nil }
    }
    return nil
  }
}
