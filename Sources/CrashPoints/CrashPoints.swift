#if CRASH_POINTS
  import Glibc
  import Synchronization

  /// The points of a build that has them. They do nothing unless the process was started with one of two variables,
  /// which no child inherits, for children get environments that are written out:
  ///
  /// - `STEWARD_CRASH_TRACE`: a file to which each point is appended as it is passed, one a line,
  ///   `secrets.file/file.rename:before`;
  /// - `STEWARD_CRASH_AT`: `secrets.file/file.rename:before#2`, the point at which the process kills itself (SIGKILL)
  ///   when it passes it for the second time.
  @usableFromInline enum CrashPoints {
    @TaskLocal fileprivate static var path = ""

    @usableFromInline static func pass<Value: ~Copyable, Failure: Error>(
      _ name: StaticString, _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
      guard let watch = Watch.ofThisProcess else { return try body() }
      let inner = within(name)
      watch.pass(inner, "before")
      defer { watch.pass(inner, "after") }
      var outcome: Result<Value, Failure>?
      $path.withValue(inner) { outcome = Result(catching: body) }
      return try outcome.take()!.get()
    }

    @usableFromInline static func pass<Value, Failure: Error>(
      _ name: StaticString, isolation: isolated (any Actor)?, _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
      guard let watch = Watch.ofThisProcess else { return try await body() }
      let inner = within(name)
      watch.pass(inner, "before")
      defer { watch.pass(inner, "after") }
      var outcome: Result<Value, Failure>?
      await $path.withValue(inner) {
        do throws(Failure) { outcome = .success(try await body()) } catch { outcome = .failure(error) }
      }
      return try outcome!.get()
    }

    @usableFromInline static func carry<Value>(
      _ work: @escaping @Sendable () throws -> Value
    ) -> @Sendable () throws -> Value {
      let outer = path
      if outer.isEmpty { return work }
      return { try $path.withValue(outer) { try work() } }
    }

    private static func within(_ name: StaticString) -> String {
      path.isEmpty ? "\(name)" : "\(path)/\(name)"
    }
  }

  /// What the process was asked to do at its points.
  private final class Watch: Sendable {
    /// Nil where it was asked nothing.
    static let ofThisProcess: Watch? = {
      let (trace, deadly) = (variable("STEWARD_CRASH_TRACE"), variable("STEWARD_CRASH_AT"))
      return trace == nil && deadly == nil ? nil : Watch(trace, deadly)
    }()

    private let trace: Int32?
    private let deadly: (point: String, time: Int)?
    /// How often each point was passed.
    private let passed = Mutex<[String: Int]>([:])

    private init(_ trace: String?, _ deadly: String?) {
      self.trace = trace.map { path in
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        precondition(file >= 0, "STEWARD_CRASH_TRACE: \(path) cannot be written")
        return file
      }
      self.deadly = deadly.map { text in
        let parts = text.split(separator: "#")
        guard parts.count == 2, let time = Int(parts[1]), time > 0 else {
          preconditionFailure("STEWARD_CRASH_AT: \(text) is not as in file.rename:before#2")
        }
        return (String(parts[0]), time)
      }
    }

    func pass(_ path: String, _ side: String) {
      // What a system call left in it is read after this.
      let code = errno
      defer { errno = code }
      let point = "\(path):\(side)"
      passed.withLock { passed in
        let time = passed[point, default: 0] + 1
        passed[point] = time
        if let trace {
          let line = Array("\(point)\n".utf8)
          _ = write(trace, line, line.count)
        }
        guard let deadly, deadly == (point, time) else { return }
        kill(getpid(), SIGKILL)
        while true { pause() }
      }
    }

    private static func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
  }
#endif
