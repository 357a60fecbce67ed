internal import Synchronization

/// News for tests: told by hand.
public final class PretendFolderWatch: FolderWatching {
  private let streams = Mutex<[AsyncStream<FolderNews>.Continuation]>([])

  /// No news yet.
  public init() {}

  /// Tells everybody who listens.
  public func tell(_ news: FolderNews) {
    for stream in streams.withLock({ $0 }) { stream.yield(news) }
  }

  public func news() -> AsyncStream<FolderNews> {
    let (stream, continuation) = AsyncStream<FolderNews>.makeStream()
    streams.withLock { $0.append(continuation) }
    return stream
  }
}
