internal import Glibc

/// Whose a file with a key in it is, and what its owner and group may do with it. Servers that drop their rights before they
/// read it have it so: PostgreSQL's is `postgres:postgres 0600`, Debian's layout `root:ssl-cert 0640`.
struct FileRights: Sendable, Hashable {
  let owner: UInt32
  let group: UInt32
  /// Without what nobody else may: to write it is its owner's, and everybody else has no business with a key.
  let mode: UInt32

  init(_ status: stat) {
    owner = status.st_uid
    group = status.st_gid
    mode = status.st_mode & 0o740
  }
}
