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
    return try await inTurn(context) { patience in
      let end = snapshot.now + .seconds(days * 86_400)
      return try Response.json(
        ForecastBody(
          snapshot, to: end, of: environment, linesMax: limits.forecastLinesMax, to: sight,
          isOver: { patience.isOver }))
    }
  }

  /// The caller's turn at what may take a core for seconds.
  /// - Throws: ``StatusError``, 503, where the caller has one already or too many wait.
  func turn(in turns: Turns, _ context: StatusContext) async throws -> Turn {
    guard let turn = await turns.take(for: context.connection.peer.uid, isFirst: context.caller.isOwner)
    else {
      throw StatusError.busy("another one of yours is being worked out, or too many wait")
    }
    return turn
  }

  /// Works something out on a thread of its own, away from those that serve and reconcile, when it is the caller's turn.
  func inTurn(
    _ context: StatusContext, _ work: @escaping @Sendable (Patience) throws -> Response
  ) async throws -> Response {
    let turn = try await turn(in: forecasts, context)
    defer { withExtendedLifetime(turn) {} }
    let patience = Patience(of: context.connection, limits)
    return try await NIOThreadPool.singleton.runIfActive { try work(patience) }
  }
}
