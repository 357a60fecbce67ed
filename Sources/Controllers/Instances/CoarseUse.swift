/// What an instance uses, in steps so coarse that an idle machine looks the same twice. The fine figures are
/// ``InstancesController/use(of:)``'s.
public struct CoarseUse: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Memory in RAM, rounded up to a power of two in MiB.
  public var memoryMebibytes: Int
  /// Processor time over the last stretch, in percent of one core, rounded to tens.
  public var processorPercent: Int

  /// A use of so much.
  public init(memoryMebibytes: Int, processorPercent: Int) {
    self.memoryMebibytes = memoryMebibytes
    self.processorPercent = processorPercent
  }

  public var description: String { "up to \(memoryMebibytes) MiB, about \(processorPercent)% of a core" }

  /// The steps for a fine measurement, sticking to `last` while that is nearly right: a figure at the edge of two steps
  /// must not make the observation waver between them.
  init(residentBytes: Int64, processorShare: Double, after last: CoarseUse?) {
    let mebibytes = Double(max(0, residentBytes)) / 1_048_576
    var step = 1
    while Double(step) < mebibytes, step < 1 << 40 { step *= 2 }
    if let last, mebibytes <= Double(last.memoryMebibytes) * 1.1,
      mebibytes >= Double(last.memoryMebibytes) * 0.4
    {
      step = last.memoryMebibytes
    }
    let percent = max(0, processorShare * 100)
    var tens = Int((percent / 10).rounded()) * 10
    if let last, abs(percent - Double(last.processorPercent)) < 9 { tens = last.processorPercent }
    self.init(memoryMebibytes: step, processorPercent: tens)
  }
}
