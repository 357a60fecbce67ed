import Calendar
import Hummingbird
import NIOPosix
import Reconciliation
import StatusAPI

extension Routes {
  func addPlans(to router: Router<StatusContext>) {
    router.get("/v1/plan") { request, context in
      let items = try QueryItems(request, known: ["environment", "at"])
      let at = try items.instant("at")
      let (snapshot, sight) = try await look(request, context)
      let environment = try visible(items.text("environment"), in: snapshot, to: sight)
      return try Response.json(PlanBody(snapshot, at: at, of: environment, to: sight))
    }
    router.get("/v1/forecast") { request, context in try await forecast(request, context) }
  }

  /// A forecast may take a core for seconds: it runs on a thread of its own, away from those that serve and
  /// reconcile.
  private func forecast(_ request: Inquiry, _ context: StatusContext) async throws -> Response {
    let items = try QueryItems(request, known: ["environment", "days"])
    let days = try items.integer("days", in: 1...Int64(limits.forecastDaysMax)) ?? 7
    let (snapshot, sight) = try await look(request, context)
    let environment = try visible(items.text("environment"), in: snapshot, to: sight)
    return try await heavily(context) {
      let end = snapshot.now + .seconds(days * 86_400)
      return try Response.json(
        ForecastBody(
          snapshot, to: end, of: environment, linesMax: limits.forecastLinesMax, to: sight))
    }
  }

  /// The right to something that may take a core for seconds.
  func heavyPermit(_ context: StatusContext) throws(StatusError) -> Permit {
    guard let permit = heavy.take(for: context.connection.peer.uid) else {
      throw .busy("another forecast or verification is being worked out")
    }
    return permit
  }

  func heavily(
    _ context: StatusContext, _ work: @escaping @Sendable () throws -> Response
  ) async throws -> Response {
    let permit = try heavyPermit(context)
    defer { withExtendedLifetime(permit) {} }
    return try await onPool(work)
  }

  /// Works something out on a thread of its own, away from those that serve and reconcile.
  func onPool(_ work: @escaping @Sendable () throws -> Response) async throws -> Response {
    try await NIOThreadPool.singleton.runIfActive(work)
  }
}
