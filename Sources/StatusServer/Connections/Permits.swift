import Synchronization

/// A bound on how much of something goes on at once, in all and for one user.
final class Permits: Sendable {
  private let max: Int
  private let perUserMax: Int
  private let taken = Mutex<[UInt32: Int]>([:])

  init(max: Int, perUserMax: Int) {
    self.max = max
    self.perUserMax = perUserMax
  }

  /// How many are taken.
  var count: Int { taken.withLock { $0.values.reduce(0, +) } }

  /// Takes one; nil where there is none left.
  func take(for uid: UInt32) -> Permit? {
    taken.withLock { taken in
      guard taken.values.reduce(0, +) < max, taken[uid, default: 0] < perUserMax else { return nil }
      taken[uid, default: 0] += 1
      return Permit(self, uid)
    }
  }

  fileprivate func give(back uid: UInt32) {
    taken.withLock { taken in
      let left = taken[uid, default: 1] - 1
      taken[uid] = left > 0 ? left : nil
    }
  }
}

/// Gives itself back when the last one who holds it lets go: an answer whose body is never written costs
/// nothing.
final class Permit: Sendable {
  private let permits: Permits
  private let uid: UInt32

  fileprivate init(_ permits: Permits, _ uid: UInt32) {
    self.permits = permits
    self.uid = uid
  }

  deinit { permits.give(back: uid) }
}
