/// The version of the interface that the status socket serves. It changes only when a client that knows the
/// old one would misread the new one; members that are merely added do not change it.
public enum APIVersion {
  /// The version that this code speaks, and the first part of every path: `/v1/status`.
  public static let current = 1
  /// The header that every answer bears, so that a client of another version can say what is wrong.
  public static let header = "Steward-API"
}
