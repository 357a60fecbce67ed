/// What a child's output may cost.
public struct OutputLimits: Sendable {
  /// How much a second is kept on average. A program that says more than 1 MiB a second says it to nobody.
  public var bytesPerSecond = 1 << 20
  /// How much may come at once: a stack trace with all its frames, the greeting of a large framework.
  public var burstBytes = 4 << 20
  /// When the log reaches this, it is renamed to `.1`, in the place of the one before: at most twice this on
  /// the disk.
  public var logBytesMax = 10 << 20
  /// How many of the last lines are kept in memory, for an event that tells why a child died.
  public var linesMax = 20
  /// A longer line is cut in memory (not in the log).
  public var lineBytesMax = 2 << 10
  /// The limits as they are by default.
  public init() {}

  /// What fits into the pipe while the daemon is away; the child waits when it is full. Linux gives an
  /// unprivileged user at most /proc/sys/fs/pipe-max-size, 1 MiB; less is taken when there is less.
  static let pipeBytes: Int32 = 1 << 20
  /// Over its rate, a child's pipe is emptied only this often: a flood is read, dropped and counted at no
  /// more than a pipeful each time, a few percent of a processor, and the child is slowed down rather than
  /// the machine.
  static let pauseOverRate = Duration.milliseconds(20)
}
