/// How much may pass now: so much a second, with a reserve (a token bucket).
///
/// Once the reserve is used up, nothing passes until a second's worth of it is back. Otherwise a flood would
/// pass in crumbs, each with a notice of what was dropped before it.
struct Allowance {
  private let perSecond: Int
  private let burst: Int
  private var available: Int
  private var at: Duration
  private var isRecovering = false

  init(_ limits: OutputLimits, at now: Duration) {
    perSecond = limits.bytesPerSecond
    burst = max(limits.burstBytes, limits.bytesPerSecond)
    available = burst
    at = now
  }

  /// Takes as much of `wanted` as may pass. Returns how much.
  mutating func take(_ wanted: Int, at now: Duration) -> Int {
    let (seconds, attoseconds) = (now - at).components
    // An hour refills any reserve; beyond it the product might overflow.
    let elapsed = min(Double(seconds) + Double(attoseconds) / 1e18, 3600)
    let earned = Int(elapsed * Double(perSecond))
    if earned > 0 {
      available = min(burst, available + earned)
      at = now
    }
    if isRecovering && available < perSecond { return 0 }
    let granted = min(wanted, available)
    available -= granted
    isRecovering = granted < wanted
    return granted
  }
}
