import Calendar
import Hummingbird
import Reconciliation
import StatusAPI

extension Routes {
  func addReport(to router: Router<StatusContext>) {
    router.get("/v1/report") { request, context in try await report(request, context) }
  }

  /// A report reads much of the log and looks days ahead, so it is worked out like a forecast.
  private func report(_ request: Inquiry, _ context: StatusContext) async throws -> Response {
    let items = try QueryItems(request, known: ["since", "until", "environment"])
    let (snapshot, sight) = try await look(request, context)
    let environment = try visible(items.text("environment"), in: snapshot, to: sight)
    let until = min(try items.instant("until") ?? snapshot.now, snapshot.now)
    let since = try items.instant("since") ?? until - .seconds(7 * 86_400)
    let longest = Duration.seconds(Int64(limits.reportDaysMax) * 86_400)
    guard since < until, since.distance(to: until) <= longest else {
      throw StatusError.invalid(
        "the stretch from \(since) to \(until) is none of at most \(limits.reportDaysMax) days")
    }
    let chronicle = try await chronicle(from: since, to: until, of: environment, snapshot, sight, context)
    return try await inTurn(context) { [limits] patience in
      try Response.json(
        ReportBody(chronicle, snapshot, of: environment, to: sight, limits, isOver: { patience.isOver }))
    }
  }

  /// Reads the stretch, page by page while the caller is there, and before it how things stood when it began.
  private func chronicle(
    from start: Instant, to end: Instant, of environment: String?, _ snapshot: Snapshot, _ sight: Sight,
    _ context: StatusContext
  ) async throws -> Chronicle {
    let turn = try await turn(in: logReaders, context)
    defer { withExtendedLifetime(turn) {} }
    let reconciler = snapshot.reconciler
    var chronicle = Chronicle(
      from: start, to: end, zones: reconciler.environments.compactMapValues { $0.header?.zone })
    var query = EventQuery(
      environments: environment.map { [$0] } ?? sight.environments, until: start,
      limit: limits.reportStandingMax)
    var before: [Event] = []
    // Files change rarely and counts now and then, while actions come and go: each gets a share of its own.
    for kinds in [[.adopted, .released], [.usage], Chronicle.standing] {
      query.kinds = kinds
      before += try await source.events(query)
    }
    for event in before.sorted(by: { $0.sequence < $1.sequence }) { chronicle.recall(event) }

    query.kinds = []
    query.since = start
    query.until = end
    query.newestFirst = false
    query.limit = limits.eventsMax
    while chronicle.events < limits.reportEventsMax, context.connection.channel.isActive {
      let page = try await source.events(query)
      for event in page { chronicle.hear(event) }
      guard page.count == query.limit, let last = page.last else { return chronicle }
      query.after = last.sequence
    }
    chronicle.isCutOff = true
    return chronicle
  }
}
