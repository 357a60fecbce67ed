/// Does something to the world outside the process, as an effect with a name. The name is the point before it and the
/// point after it, at which a test kills the daemon: `effect("file.rename") { renameat(…) }`.
///
/// Whoever calls a door for a purpose of its own puts an effect of that name around the call. Effects nest, and a
/// point is named by all that it stands in: `secrets.file/file.rename`. So each system call has one place where it is
/// an effect, and a test still tells the rename of an env file from the rename of a backup's record.
///
/// A build without `CRASH_POINTS`, which every release is, has `body` in this place and nothing else.
/// - Parameter name: `noun.verb`, the same for ever: it is what tests and their records know the point by.
/// - Returns: what `body` returns.
/// - Throws: what `body` throws.
@inlinable @inline(__always)
public func effect<Value: ~Copyable, Failure: Error>(
  _ name: StaticString, _ body: () throws(Failure) -> Value
) throws(Failure) -> Value {
  #if CRASH_POINTS
    try CrashPoints.pass(name, body)
  #else
    try body()
  #endif
}

/// The same for an effect that is waited for.
@inlinable @inline(__always)
public func effect<Value, Failure: Error>(
  _ name: StaticString, isolation: isolated (any Actor)? = #isolation,
  _ body: () async throws(Failure) -> Value
) async throws(Failure) -> Value {
  #if CRASH_POINTS
    try await CrashPoints.pass(name, isolation: isolation, body)
  #else
    try await body()
  #endif
}

/// `work` for another thread, in which effects are still named by what it is made in.
@inlinable @inline(__always)
public func carryingEffects<Value>(
  _ work: @escaping @Sendable () throws -> Value
) -> @Sendable () throws -> Value {
  #if CRASH_POINTS
    CrashPoints.carry(work)
  #else
    work
  #endif
}
