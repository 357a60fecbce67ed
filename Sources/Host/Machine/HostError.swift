internal import Glibc

/// What a door to the machine says when it cannot do what was asked: what was tried, on what, and why not.
///
/// No secret ever enters `subject` or `reason`: values that are written or passed on are never quoted.
public struct HostError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the caller can do about an error.
  public enum Class: String, Hashable, Sendable, Codable {
    /// Trying again later can work: the machine was busy or out of something.
    case transient
    /// Trying again cannot work until what was asked for changes.
    case terminal
    /// A person must change the machine: rights, a full disk, a read-only file system.
    case needsOperator
  }

  /// What was tried, as a verb: "open", "rename", "start".
  public let operation: String
  /// On what: a path, a process, a socket.
  public let subject: String
  /// Why it did not work, in words.
  public let reason: String
  /// The system's error number, where the system refused.
  public let code: Int32?
  /// What the caller can do about it.
  public let `class`: Class

  /// An error that the system gave a number for.
  public init(_ operation: String, _ subject: String, code: Int32) {
    self.operation = operation
    self.subject = subject
    self.reason = Self.words(for: code)
    self.code = code
    self.class = Self.class(of: code)
  }

  /// An error that was found by looking, with its own words.
  public init(_ operation: String, _ subject: String, _ reason: String, class: Class = .terminal) {
    self.operation = operation
    self.subject = subject
    self.reason = reason
    self.code = nil
    self.class = `class`
  }

  /// "open /srv/x: permission denied".
  public var description: String { "\(operation) \(subject): \(reason)" }

  /// Whether the thing asked for is not there.
  public var isAbsent: Bool { code == ENOENT }

  static func last(_ operation: String, _ subject: String) -> HostError {
    HostError(operation, subject, code: errno)
  }

  private static func words(for code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else {
        return "error \(code)"
      }
      return String(cString: base).lowercasedFirst
    }
  }

  private static func `class`(of code: Int32) -> Class {
    switch code {
    case EINTR, EAGAIN, ENOMEM, EMFILE, ENFILE, EBUSY, ETXTBSY, ETIMEDOUT, ESTALE, ECONNREFUSED: .transient
    case EACCES, EPERM, EROFS, ENOSPC, EDQUOT, EIO: .needsOperator
    default: .terminal
    }
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
