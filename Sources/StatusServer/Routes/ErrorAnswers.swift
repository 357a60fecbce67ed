import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Turns every error into an answer with an ``ErrorBody``. Nothing that a handler throws ends more than its
/// answer.
struct ErrorAnswers: RouterMiddleware {
  let logger: Logger

  func handle(
    _ request: Request, context: StatusContext, next: (Request, StatusContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as StatusError {
      return .error(error)
    } catch let error as HTTPError where error.status == .notFound {
      return .error(
        StatusError(
          status: .notFound, code: "not-found",
          message: "there is no \(request.method.rawValue) \(request.uri.path.prefix(100))",
          hint: "begin with GET /v1/status"))
    } catch let error as HTTPError {
      return .error(
        StatusError(status: error.status, code: "invalid", message: error.body ?? error.status.reasonPhrase))
    } catch is CancellationError {
      return .error(
        StatusError(
          status: .serviceUnavailable, code: "unavailable", message: "stewardd is stopping", closes: true))
    } catch {
      logger.error("\(request.method.rawValue) \(request.uri.path.prefix(100)): \(error)")
      return .error(
        StatusError(
          status: .internalServerError, code: "failed", message: "stewardd could not answer; its log says why"
        ))
    }
  }
}
