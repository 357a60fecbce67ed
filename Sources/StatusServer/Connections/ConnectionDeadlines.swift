import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose peer takes too long: with its request, between two requests, or with reading the
/// answer; one that asks far ahead of what it reads; and one whose answer says that it is the last, as soon as that is
/// sent.
///
/// Between two requests a connection costs only its descriptor. Everything else about it is bounded by what
/// it asked.
final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let limits: ServerLimits
  private let connection: Connection
  private var deadline: NIODeadline?
  private var unreadDeadline: NIODeadline?
  private var tick: Scheduled<Void>?
  /// Requests begun, received and answered so far: pipelined ones are received before the first is answered.
  private var begun = 0
  private var received = 0
  private var answered = 0
  /// Whether the peer asked too far ahead: nothing more of what it sent is taken in.
  private var isShut = false
  /// The number of the last answer that is given; nil while there may be any number.
  private var lastAnswer: Int?

  init(_ connection: Connection, _ limits: ServerLimits) {
    self.connection = connection
    self.limits = limits
  }

  // MARK: Being there

  func handlerAdded(context: ChannelHandlerContext) {
    deadline = .now() + TimeAmount(limits.requestWithin)
    schedule(context)
  }

  func handlerRemoved(context: ChannelHandlerContext) { tick?.cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    tick?.cancel()
    context.fireChannelInactive()
  }

  /// One slow tick instead of a timer for each request: deadlines need no precision, ten thousand requests a
  /// second do.
  private func schedule(_ context: ChannelHandlerContext) {
    let period = min(.seconds(1), TimeAmount(limits.requestWithin / 4), TimeAmount(limits.unreadWithin / 4))
    tick = context.eventLoop.assumeIsolated().scheduleTask(in: period) { [self] in
      let now = NIODeadline.now()
      if deadline.map({ $0 <= now }) == true || unreadDeadline.map({ $0 <= now }) == true {
        context.close(promise: nil)
      } else {
        schedule(context)
      }
    }
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isShut else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      begun += 1
      guard begun - answered <= limits.requestsAheadMax else {
        isShut = true
        context.close(promise: nil)
        return
      }
      if deadline == nil || answered == received { deadline = .now() + TimeAmount(limits.requestWithin) }
      if head.headerFields[.connection]?.lowercased() == "close" { lastAnswer = lastAnswer ?? begun }
    case .body: break
    case .end:
      received += 1
      connection.isServing = true
      deadline = nil
    }
    context.fireChannelRead(data)
  }

  // MARK: Answers

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head):
      if head.headerFields[.connection]?.lowercased() == "close" { lastAnswer = answered + 1 }
      context.write(data, promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      answered += 1
      if received <= answered { connection.isServing = false }
      // A request that was answered before it was read to its end is not read any further.
      let isRead = received >= answered
      guard lastAnswer == answered || !isRead else {
        if begun == answered { deadline = .now() + TimeAmount(limits.idleWithin) }
        context.write(data, promise: promise)
        return
      }
      let sent = promise ?? context.eventLoop.makePromise()
      let channel = context.channel
      sent.futureResult.whenComplete { _ in channel.close(promise: nil) }
      deadline = .now() + TimeAmount(limits.requestWithin)
      context.writeAndFlush(data, promise: sent)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    unreadDeadline = context.channel.isWritable ? nil : .now() + TimeAmount(limits.unreadWithin)
    context.fireChannelWritabilityChanged()
  }
}
