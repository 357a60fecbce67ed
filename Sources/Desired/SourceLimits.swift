/// What a file may cost before it is understood. The mission's largest environment needs a hundredth of each.
public enum SourceLimits {
  /// A file that people write stays below this by far; everything read is held in memory, at most twice.
  public static let bytesMax = 1 << 20
  /// Keys within keys. The deepest section known here needs five; a reader of the file loses track long
  /// before.
  public static let depthMax = 32
  /// Keys, values and elements together.
  public static let nodesMax = 20_000
}
