import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Reconciliation

/// What can be asked over the socket, and the answers: one file for each group of routes.
struct Routes: Sendable {
  let source: any StatusSource
  let limits: ServerLimits
  let logger: Logger
  let connections: ConnectionTable
  let followers: Permits
  let forecasts: Turns
  let logReaders: Turns
  let rendered = RenderedStatus()

  init(_ source: any StatusSource, _ limits: ServerLimits, _ connections: ConnectionTable, _ logger: Logger) {
    self.source = source
    self.limits = limits
    self.logger = logger
    self.connections = connections
    followers = Permits(max: limits.followersMax, perUserMax: limits.followersPerUserMax)
    forecasts = Turns(waitingMax: limits.waitingMax)
    logReaders = Turns(waitingMax: limits.waitingMax)
  }

  /// The responder to every request.
  func responder() -> RouterResponder<StatusContext> { router().buildResponder() }

  /// Everything that is answered.
  func router() -> Router<StatusContext> {
    let router = Router(context: StatusContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: ErrorAnswers(logger: logger))
    addStatus(to: router)
    addPlans(to: router)
    addWhy(to: router)
    addEvents(to: router)
    addReport(to: router)
    addRequests(to: router)
    addHealth(to: router)
    return router
  }

  /// Every route as `GET /v1/status`; that HEAD is answered wherever GET is goes without saying.
  var names: [String] { router().routes.filter { $0.method != .head }.map { "\($0)" } }

  /// The daemon as it stands, and what the caller may see of it.
  /// - Throws: ``StatusError``, 403, where that is nothing; that somebody without any role asked is an event.
  func look(_ request: Inquiry, _ context: StatusContext) async throws -> (Snapshot, Sight) {
    let snapshot = await source.snapshot()
    if let sight = Sight(of: context.caller, in: snapshot.reconciler) { return (snapshot, sight) }
    await source.turnAway(context.caller, what: "\(request.method.rawValue) \(context.endpointPath ?? "/")")
    throw StatusError(
      status: .forbidden, code: "forbidden",
      message: "\(context.caller.name) may not read any environment",
      hint:
        "`access:` in an environment's file gives `read` to roles; "
        + "steward.yaml gives roles to users and groups"
    )
  }

  /// The environment that a query names, if it names one that the caller may see.
  func visible(
    _ name: String?, in snapshot: Snapshot, to sight: Sight
  ) throws(StatusError) -> String? {
    guard let name else { return nil }
    if snapshot.reconciler.environments[name] != nil, sight.reaches(name) { return name }
    let known = snapshot.reconciler.environments.keys.filter { sight.reaches($0) }.sorted()
    throw .unknown(
      "there is no environment \(name.prefix(100)) that you may read",
      hint: "there are: \(known.joined(separator: ", "))")
  }
}
