import Dispatch
import Glibc
import Synchronization

/// Ends what takes longer than it may, whatever it waits for.
///
/// A task cannot be interrupted in a system call. So the programs that were started are killed, upon which whatever
/// waits for one of them goes on, and fails; where that does not help, this program ends.
final class Deadline: Sendable {
  /// How long it may take to notice that the programs are gone.
  private static let grace = 10.0
  /// A thread beside those of the tasks, which may all be blocked.
  private static let queue = DispatchQueue(label: "deadlines")

  private enum State { case running, passed, over }
  private let state = Mutex(State.running)

  private init() {}

  /// What `body` returns.
  /// - Throws: what `body` throws, and that it took longer than `limit`.
  static func within<Value>(
    _ limit: Duration, _ step: String, of figure: String, _ body: () async throws -> Value
  ) async throws -> Value {
    let deadline = Deadline()
    let late = Program.Failed(description: "\(step) took longer than \(limit / .seconds(1)) s")
    queue.asyncAfter(deadline: .now() + limit / .seconds(1)) {
      deadline.pass("\(figure): could not be measured: \(late), and does not stop; nothing more is measured")
    }
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    guard !deadline.isPassedAtEnd else { throw late }
    return try result.get()
  }

  private var isPassedAtEnd: Bool {
    state.withLock { state in
      defer { state = .over }
      return state == .passed
    }
  }

  private func pass(_ message: String) {
    let isNews = state.withLock { state in
      guard state == .running else { return false }
      state = .passed
      return true
    }
    guard isNews else { return }
    Program.killAll()
    Deadline.queue.asyncAfter(deadline: .now() + Deadline.grace) { [self] in
      guard state.withLock({ $0 == .passed }) else { return }
      Benchmarks.say(message)
      Program.killAll()
      Scratch.removeAll()
      _exit(1)
    }
  }
}
