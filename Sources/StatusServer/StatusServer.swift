import CrashPoints
import Glibc
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOHTTPTypes
import NIOPosix
import StatusAPI

/// Serves the status socket: HTTP/1.1 and JSON, each caller known by what the kernel says of it.
///
/// The listening descriptor is made elsewhere (``ListeningSocket``) and stays its maker's; accepting,
/// time-outs and bounds are here; what is asked and answered is in ``Routes``.
public struct StatusServer: Sendable {
  private let socket: ListeningSocket
  private let source: any StatusSource
  private let limits: ServerLimits
  private let logger: Logger

  /// A server of `source` on `socket`.
  public init(
    socket: ListeningSocket, source: any StatusSource, limits: ServerLimits = ServerLimits(), logger: Logger
  ) {
    self.socket = socket
    self.source = source
    self.limits = limits
    self.logger = logger
  }

  /// Serves until the task is cancelled; answers that are under way then get ``ServerLimits/farewell`` to
  /// end. Never ends by itself: whatever ends accepting is logged, and accepting begins anew. The socket
  /// stays open: close it afterwards.
  public func run() async {
    let table = ConnectionTable(limits)
    let responder = Routes(source, limits, table, logger).responder()
    let end = ServerEnd()
    // Not cancelled with the caller: a connection that was let in and is not yet served must be served or closed in
    // order, where cancelling would drop it, and NIO ends the process for that.
    let accepting = Task { await acceptAll(table, responder, until: end) }
    await withTaskCancellationHandler {
      await accepting.value
    } onCancel: {
      end.reach()
      MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: TimeAmount(limits.farewell)) {
        table.closeAll()
      }
    }
  }

  private func acceptAll(
    _ table: ConnectionTable, _ responder: RouterResponder<StatusContext>, until end: ServerEnd
  ) async {
    await withDiscardingTaskGroup { group in
      while !end.isReached {
        do {
          try await accept(table, responder, until: end, in: &group)
        } catch {
          logger.error("the status socket accepts nobody: \(error); it is tried again")
        }
        if !end.isReached { try? await Task.sleep(for: .seconds(1)) }
      }
    }
  }

  /// A connection that was let in.
  private struct Accepted: Sendable {
    let http: HTTP1Channel
    let value: HTTP1Channel.Value
  }

  private func accept(
    _ table: ConnectionTable, _ responder: RouterResponder<StatusContext>, until end: ServerEnd,
    in group: inout DiscardingTaskGroup
  ) async throws {
    // NIO closes what it is given; the socket itself is kept, to begin anew with.
    let descriptor = fcntl(socket.descriptor, F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "dup") }
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelInitializer { [logger] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptPause(table, logger))
        }
      }
      .serverChannelOption(.backlog, value: ListeningSocket.backlog)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      // What is read ahead is decoded ahead: of requests that nobody waits for there are four hundred in 16 KiB.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: limits.readAheadBytesMax)
      )
      .bind(descriptor) { channel in
        // Whatever goes wrong with one connection ends that connection only: a failed initializer would end
        // accepting.
        admit(channel, table, responder).flatMapError { _ in
          channel.close(promise: nil)
          return channel.eventLoop.makeSucceededFuture(nil)
        }
      }
    end.closes(server.channel)
    try await server.executeThenClose { inbound in
      for try await accepted in inbound {
        guard let accepted else { continue }
        group.addTask { [logger] in await accepted.http.handle(value: accepted.value, logger: logger) }
      }
    }
  }

  private func admit(
    _ channel: any Channel, _ table: ConnectionTable, _ responder: RouterResponder<StatusContext>
  ) -> EventLoopFuture<Accepted?> {
    let peer = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { Peer(socket: $0) }
    guard let peer = peer.flatMap(\.self), let connection = table.admit(peer, channel) else {
      logger.debug("a connection to the status socket is turned away: too many are open")
      channel.close(promise: nil)
      return channel.eventLoop.makeSucceededFuture(nil)
    }
    let http = HTTP1Channel(
      responder: { request, writer, _ in
        let response = await respond(to: request, on: connection, responder)
        var ready = Optional(writer)
        try await effect("answer.send") {
          try await ready.take()?.write(response: response.head, body: response.body)
        }
      },
      configuration: HTTP1Channel.Configuration(
        additionalChannelHandlers: [
          ConnectionDeadlines(connection, limits), StandingAnswers(connection, source),
        ],
        httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
          maxHeaderFieldSize: limits.headerBytesMax, maxHeaderListSize: limits.headerBytesMax,
          maxHeaderFieldCount: limits.headersMax)))
    return http.setup(channel: channel, logger: logger).map { Accepted(http: http, value: $0) }
  }

  private func respond(
    to request: Request, on connection: Connection, _ responder: RouterResponder<StatusContext>
  ) async -> Response {
    // Read before anything that it vouches for.
    let revision = source.revision
    let caller = await connection.caller(from: source, at: revision, for: limits.answerFor)
    let context = StatusContext(
      source: StatusContextSource(logger: logger, caller: caller, revision: revision, connection: connection))
    var response: Response
    do {
      response = try await responder.respond(to: request, context: context)
    } catch {
      response = .error(
        StatusError(status: .badRequest, code: "invalid", message: "this is no HTTP request", closes: true))
    }
    return response.versioned
  }
}
