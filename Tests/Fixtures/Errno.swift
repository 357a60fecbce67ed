/// A system call failed.
public struct Errno: Error {
  /// errno(3).
  public let code: Int32

  /// The failure with this number.
  public init(code: Int32) { self.code = code }
}
