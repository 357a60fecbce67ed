import Glibc
import Logging
import NIOCore

/// Stops accepting for a second when descriptors or memory have run out, and closes connections, so that the daemon's
/// own work has room in that second. NIO's own back-off leaves the descriptor registered, which then
/// costs a whole core until there is room again: just when the daemon needs it.
final class AcceptPause: ChannelInboundHandler {
  typealias InboundIn = NIOAny
  typealias InboundOut = NIOAny

  /// What passes by itself: no descriptors of the process's or the machine's, no memory.
  private static let passing: Set<CInt> = [EMFILE, ENFILE, ENOBUFS, ENOMEM]

  private let table: ConnectionTable
  private let logger: Logger
  private var isPaused = false

  init(_ table: ConnectionTable, _ logger: Logger) {
    self.table = table
    self.logger = logger
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? IOError, AcceptPause.passing.contains(error.errnoCode) { pause(context, error) }
    context.fireErrorCaught(error)
  }

  private func pause(_ context: ChannelHandlerContext, _ error: IOError) {
    guard !isPaused else { return }
    isPaused = true
    logger.warning("no connection can be accepted, it is tried again in a second: \(error)")
    table.makeRoom()
    let options = context.channel.syncOptions
    try? options?.setOption(.autoRead, value: false)
    context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [self] in
      isPaused = false
      try? options?.setOption(.autoRead, value: true)
    }
  }
}
