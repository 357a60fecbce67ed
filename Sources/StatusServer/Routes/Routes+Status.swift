import Hummingbird
import NIOCore
import Reconciliation
import StatusAPI

extension Routes {
  func addStatus(to router: Router<StatusContext>) {
    router.get("/v1/status") { request, context in
      _ = try QueryItems(request, known: [])
      let (snapshot, sight) = try await look(request, context)
      let answer = try rendered.answer(to: sight, at: context.revision, for: limits.answerFor) {
        try ByteBuffer.json(StatusBody(snapshot, to: sight))
      }
      context.connection.keep(answer, of: request.uri.string)
      return answer.response
    }
    let document = Response.json(rendered: ByteBuffer(bytes: APIDocument.bytes))
    router.get("/v1/openapi.json") { _, _ in document }
    router.get("/v1/version") { _, _ in
      try Response.json(
        VersionBody(version: await source.snapshot().daemon.version, api: APIVersion.current))
    }
  }
}
