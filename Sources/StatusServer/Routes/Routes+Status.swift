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
    router.get("/v1/why") { request, context in try await why(request, context) }
    let document = Response.json(rendered: ByteBuffer(bytes: APIDocument.bytes))
    router.get("/v1/openapi.json") { _, _ in document }
    router.get("/v1/version") { _, _ in
      try Response.json(
        VersionBody(version: await source.snapshot().daemon.version, api: APIVersion.current))
    }
  }

  /// How many of a resource's events `why` tells.
  private static let eventsOfWhy = 10

  private func why(_ request: Inquiry, _ context: StatusContext) async throws -> Response {
    let items = try QueryItems(request, known: ["resource"])
    guard let text = items.text("resource") else {
      throw StatusError.invalid("`resource` is missing", hint: "/v1/why?resource=staging/instances/web")
    }
    let (snapshot, sight) = try await look(request, context)
    guard let id = ResourceID(text), sight.reaches(id.environment),
      let kept = snapshot.reconciler.resources[id]
    else {
      throw StatusError.unknown(
        "there is no resource \(text.prefix(200)) that you may read", hint: names(in: snapshot, to: sight))
    }
    let newest = try await source.events(
      EventQuery(environments: sight.environments, scope: Scope(id), limit: Routes.eventsOfWhy))
    return try Response.json(WhyBody(kept, snapshot, events: newest.sorted { $0.sequence < $1.sequence }))
  }

  /// The resources that the caller may see, for whoever named another.
  private func names(in snapshot: Snapshot, to sight: Sight) -> String {
    let names = snapshot.reconciler.kept(in: nil).map(\.resource.id).filter { sight.reaches($0.environment) }
    let shown = names.prefix(20).map { "\($0)" }.joined(separator: ", ")
    return names.isEmpty ? "nothing is kept" : "there are: \(shown)\(names.count > 20 ? " …" : "")"
  }
}
