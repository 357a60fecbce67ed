import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers what was asked just before on the same connection, and is still true, at once and on the thread that read
/// it: whoever polls costs neither a task nor an encoder. Everything else goes on to the routes.
///
/// Only a bare question is answered here, in its turn, and only while the peer reads: one that does not is the routes'
/// to wait for.
final class StandingAnswers: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let connection: Connection
  private let source: any StatusSource
  /// Requests that went on to the routes and have no answer yet.
  private var waiting = 0
  /// Whether the peer said that it will ask no more.
  private var isOver = false
  /// The answer to the request that is being read; it goes out when that is whole.
  private var answer: StandingAnswer?
  private var isUnflushed = false

  init(_ connection: Connection, _ source: any StatusSource) {
    self.connection = connection
    self.source = source
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      answer = answer(to: head, context)
      guard answer == nil else { return }
      waiting += 1
      if head.headerFields[.connection]?.lowercased() == "close" { isOver = true }
    case .body: break
    case .end:
      guard let answer else { break }
      self.answer = nil
      context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
      context.write(wrapOutboundOut(.body(answer.body)), promise: nil)
      context.write(wrapOutboundOut(.end(nil)), promise: nil)
      isUnflushed = true
      return
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if isUnflushed {
      isUnflushed = false
      context.flush()
    }
    context.fireChannelReadComplete()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { waiting -= 1 }
    context.write(data, promise: promise)
  }

  /// Fields that say nothing about what is to be answered; with any other, the routes decide.
  private static func isIndifferent(_ field: HTTPField) -> Bool {
    switch field.name {
    case .accept, .acceptEncoding, .userAgent: true
    case .connection: field.value.lowercased() == "keep-alive"
    default: false
    }
  }

  private func answer(to head: HTTPRequest, _ context: ChannelHandlerContext) -> StandingAnswer? {
    guard waiting == 0, !isOver, context.channel.isWritable, head.method == .get, let target = head.path,
      let answer = connection.answer(to: target), answer.validity.holds(at: source.revision),
      head.headerFields.allSatisfy(StandingAnswers.isIndifferent)
    else { return nil }
    return answer
  }
}
