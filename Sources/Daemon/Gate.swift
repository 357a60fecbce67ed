/// Lets so many pass at once; the others wait in the order in which they came.
actor Gate {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var next = 0

  init(width: Int) { free = width }

  /// Runs `work` once there is room.
  nonisolated func pass<Result: Sendable>(_ work: @Sendable () async -> Result) async -> Result {
    await enter()
    let result = await work()
    await leave()
    return result
  }

  private func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func leave() {
    guard next < waiting.count else {
      waiting.removeAll(keepingCapacity: true)
      next = 0
      free += 1
      return
    }
    let continuation = waiting[next]
    next += 1
    continuation.resume()
  }
}
