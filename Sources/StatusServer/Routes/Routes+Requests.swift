import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes
import Reconciliation
import StatusAPI

extension Routes {
  func addRequests(to router: Router<StatusContext>) {
    router.post("/v1/requests/{verb}") { request, context in
      let verb = try context.parameters.require("verb")
      let body = try await body(of: request, context)
      let ask = try Reconciliation.Request.Ask(verb: verb, body, limits)
      return try answer(await source.submit(Reconciliation.Request(ask, by: context.caller)), to: body)
    }
    router.post("/v1/secrets/reveal") { request, context in
      let body = try await body(of: request, context)
      let ask = Reconciliation.Request.Ask.reveal(try Reconciliation.Request.Ask.resource(body.scope))
      return try answer(await source.submit(Reconciliation.Request(ask, by: context.caller)), to: body)
    }
  }

  private func answer(_ reply: Reply, to body: StatusAPI.RequestBody) throws -> Response {
    switch reply {
    case .answer(.accepted(let sequence, let message)):
      return try Response.json(AnswerBody(sequence: sequence, message: message))
    case .answer(.refused(let refusal, let message)): throw StatusError(refusal, message)
    case .secret(let value):
      var response = try Response.json(RevealBody(resource: body.scope, value: value))
      response.headers[.cacheControl] = "no-store"
      return response
    case .failed(let failure):
      throw StatusError(
        status: failure.class == .transient ? .serviceUnavailable : .internalServerError, code: "failed",
        message: "\(failure)")
    }
  }

  /// The request's body: bounded before it is read, and read strictly.
  private func body(of request: Inquiry, _ context: StatusContext) async throws -> StatusAPI.RequestBody {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limits.bodyBytesMax {
      throw StatusError.tooLarge(limits.bodyBytesMax)
    }
    // RFC 9110, 10.1.1: the peer keeps its body back until it hears that it is wanted, or that it is not.
    if request.headers[.expect]?.lowercased() == "100-continue" {
      try await context.connection.channel.writeAndFlush(
        HTTPResponsePart.head(HTTPResponse(status: .continue))
      )
      .get()
    }
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: limits.bodyBytesMax)
    } catch is NIOTooManyBytesError {
      throw StatusError.tooLarge(limits.bodyBytesMax)
    } catch let error where !(error is CancellationError) {
      throw StatusError(
        status: .badRequest, code: "invalid", message: "the body broke off, or is no HTTP", closes: true)
    }
    do {
      _ = try JSON(parsing: buffer.readableBytesView)
      return try JSONDecoder().decode(StatusAPI.RequestBody.self, from: Data(buffer.readableBytesView))
    } catch let error as JSON.NotJSON {
      throw StatusError.invalid("the body is not as it should be: \(error)")
    } catch let error as DecodingError {
      throw StatusError.invalid("the body is not as it should be: \(error.words)")
    }
  }
}

extension DecodingError {
  /// What is wrong, without the name of a Swift type.
  fileprivate var words: String {
    func member(_ path: [any CodingKey]) -> String {
      path.last.map { "`\($0.stringValue.prefix(40))`: " } ?? ""
    }
    switch self {
    case .keyNotFound(let key, _): return "`\(key.stringValue)` is missing"
    case .typeMismatch(_, let context):
      return "\(member(context.codingPath))of another type than it should be"
    case .valueNotFound(_, let context): return "\(member(context.codingPath))null"
    case .dataCorrupted(let context): return "\(member(context.codingPath))\(context.debugDescription)"
    @unknown default: return "no JSON object"
    }
  }
}
