public import StatusAPI

extension SocketPath {
  /// Where the daemon's socket is: what `--socket` says, else `STEWARD_SOCKET`, else the standard path. Empty
  /// values count as not given.
  public static func resolve(option: String?, environment: [String: String]) -> String {
    for candidate in [option, environment[variable]] {
      if let candidate, !candidate.isEmpty { return candidate }
    }
    return standard
  }
}
