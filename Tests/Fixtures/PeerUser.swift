/// As whom peers of a daemon are started that are other users than its own, which only root can do.
public enum PeerUser: Sendable {
  /// Without a role, with one that sees something, and a third who is to be served meanwhile.
  case stranger, developer, bystander

  /// What a program's own command is appended to. The group `users`, 100, is to have the role.
  public var command: [String] {
    let (user, group) =
      switch self {
      case .stranger: (65534, 65534)
      case .developer: (2, 100)
      case .bystander: (1, 100)
      }
    return ["/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"]
  }
}
