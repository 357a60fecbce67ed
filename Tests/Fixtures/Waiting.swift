import Glibc

/// It did not happen.
public struct WaitedInVain: Error, CustomStringConvertible {
  /// What it was.
  public let what: String
  /// For how long.
  public let patience: Duration
  /// Where in the tests: `SecretsTests/RedisFailoverTests.swift:71`.
  public let place: String
  /// What kept it from being looked at, the last time.
  public let lastError: (any Error)?
  /// How things stood then, as each ``Witness`` says.
  public let testimony: String

  public var description: String {
    "it did not come about within \(patience) that \(what), waited for at \(place)"
      + (lastError.map { "; the last look: \($0)" } ?? "") + (testimony.isEmpty ? "" : "\n\(testimony)")
  }
}

/// Waits until `condition` holds: a deadline far beyond what it should take turns a hang into a failure. One that throws does
/// not hold yet: a server that is told to be another ends its connections.
/// - Parameter what: told where it did not come about, as it is then.
/// - Throws: ``WaitedInVain`` after the deadline.
public func eventually(
  _ what: @autoclosure () -> String = "it holds", within patience: Duration = .seconds(60),
  file: String = #fileID,
  line: Int = #line, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + patience
  var pause = Duration.milliseconds(5)
  while true {
    var lastError: (any Error)?
    do { if try await condition() { return } } catch { lastError = error }
    guard ContinuousClock.now < deadline else {
      throw WaitedInVain(
        what: what(), patience: patience, place: "\(file):\(line)", lastError: lastError,
        testimony: await Witness.testimony())
    }
    try await Task.sleep(for: pause)
    pause = min(pause * 2, .milliseconds(20))
  }
}

extension Duration {
  /// Far beyond what servers take to agree on another leader: a sentinel whose machine let it wait for two seconds trusts nothing
  /// for the next thirty.
  public static var failover: Duration { .seconds(180) }
}

/// The first value of a stream that is wanted; nil after a deadline.
public func first<T: Sendable>(
  of stream: AsyncStream<T>, within patience: Duration = .seconds(10),
  where isWanted: @escaping @Sendable (T) -> Bool = { _ in true }
) async -> T? {
  await withTaskGroup(of: T?.self) { group in
    group.addTask {
      for await value in stream where isWanted(value) { return value }
      return nil
    }
    group.addTask {
      try? await Task.sleep(for: patience)
      return nil
    }
    let value = await group.next() ?? nil
    group.cancelAll()
    return value
  }
}

/// Runs what blocks on a thread of its own: neither the threads that a server runs on nor those of a pool that grows
/// slowly may wait for it.
public func onOwnThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    startThread { continuation.resume(with: Result { try body() }) }
  }
}

/// Runs `body` on a new thread.
public func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let work = Unmanaged.passRetained(Work(body)).toOpaque()
  let result = pthread_create(
    &thread, nil,
    { work in
      Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().body()
      return nil
    }, work)
  precondition(result == 0, "no thread can be made")
  pthread_detach(thread)
}
