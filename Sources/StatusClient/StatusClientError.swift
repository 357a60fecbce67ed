public import StatusAPI

/// Why the daemon did not answer as asked.
public enum StatusClientError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Nobody listens at the path.
  case noDaemon(path: String)
  /// The path may not be connected to by this user.
  case denied(path: String)
  /// The path cannot be connected to for another reason.
  case unreachable(path: String, why: String)
  /// The daemon took longer than so many seconds.
  case timedOut(path: String, seconds: Int)
  /// The connection ended within the answer.
  case brokenOff(path: String)
  /// What came is not what a stewardd answers.
  case malformed(path: String, what: String)
  /// Another version of the interface is spoken there.
  case otherVersion(path: String, theirs: String)
  /// The daemon's answer is that it does not.
  case refused(status: Int, ErrorBody)

  public var description: String {
    switch self {
    case .noDaemon(let path):
      "no daemon at \(path): is stewardd running? (--socket or \(SocketPath.variable) names another path)"
    case .denied(let path): "\(path): permission denied: you may not connect to this socket"
    case .unreachable(let path, let why): "\(path): \(why)"
    case .timedOut(let path, let seconds): "\(path): no answer within \(seconds) s"
    case .brokenOff(let path): "\(path): the daemon broke off within its answer"
    case .malformed(let path, let what): "\(path): this is no answer of a stewardd: \(what)"
    case .otherVersion(let path, let theirs):
      "\(path): stewardd speaks version \(theirs) of the interface, this steward \(APIVersion.current): "
        + "install the same version of both"
    case .refused(_, let error): error.hint.map { "\(error.message) (\($0))" } ?? error.message
    }
  }
}
