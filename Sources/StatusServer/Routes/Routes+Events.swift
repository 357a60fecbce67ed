import HTTPTypes
import Hummingbird
import Reconciliation
import StatusAPI

extension Routes {
  func addEvents(to router: Router<StatusContext>) {
    router.get("/v1/events") { request, context in try await events(request, context) }
    router.get("/v1/events/verify") { request, context in
      let checkpoints = try QueryItems(request, known: ["checkpoint"]).checkpoints()
      _ = try await look(request, context)
      let turn = try await turn(in: logReaders, context)
      defer { withExtendedLifetime(turn) {} }
      let found = try await source.verifyLog(against: checkpoints)
      return try Response.json(VerifyBody(found))
    }
    router.get("/v1/events/checkpoint") { request, context in
      _ = try QueryItems(request, known: [])
      _ = try await look(request, context)
      guard let end = try await source.checkpoint() else {
        throw StatusError.unavailable("the log holds no event yet")
      }
      return try Response.json(CheckpointBody(sequence: end.sequence, hash: end.hash, at: end.at))
    }
  }

  private func events(_ request: Inquiry, _ context: StatusContext) async throws -> Response {
    let items = try QueryItems(request, known: EventsQuery.Item.allCases.map(\.rawValue))
    var query = try EventQuery(items, limits)
    let (snapshot, sight) = try await look(request, context)
    query.environments = sight.environments
    if let scope = query.scope { _ = try visible(scope.environment, in: snapshot, to: sight) }
    if try items.flag(EventsQuery.Item.follow.rawValue) { return try follow(query, context) }
    let found = try await source.events(query).filter { sight.reaches($0.scope?.environment) }
    return try Response.json(
      EventsBody(
        events: found.sorted { $0.sequence < $1.sequence }.map { EventBody($0) },
        lastSequence: snapshot.reconciler.memory.lastSequence))
  }

  private func follow(_ query: EventQuery, _ context: StatusContext) throws(StatusError) -> Response {
    guard let permit = followers.take(for: context.connection.peer.uid) else {
      throw .busy("too many follow the log already")
    }
    let following = Following(
      query, source: source, channel: context.connection.channel, limits: limits
    ) { [source, connection = context.connection, time = limits.answerFor] in
      let caller = await connection.caller(from: source, at: source.revision, for: time)
      return Sight(of: caller, in: await source.snapshot().reconciler)
    }
    return Response(
      status: .ok, headers: [.contentType: "application/x-ndjson", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        defer { withExtendedLifetime(permit) {} }
        var following = following
        try await following.write(to: &writer)
        try await writer.finish(nil)
      })
  }
}

extension QueryItems {
  /// The checkpoints to verify against.
  fileprivate func checkpoints() throws(StatusError) -> [LogCheckpoint] {
    var checkpoints: [LogCheckpoint] = []
    for text in values("checkpoint") {
      guard let read = CheckpointBody(line: text) else {
        throw .invalid(
          "`checkpoint` is none",
          hint: "the line of GET /v1/events/checkpoint: steward log v1 SEQUENCE HASH MOMENT")
      }
      checkpoints.append(LogCheckpoint(sequence: read.sequence, hash: read.hash, at: read.at))
    }
    return checkpoints
  }
}

extension EventQuery {
  /// The query that the items ask for. With `after`, the oldest events behind it; else the newest.
  init(_ items: QueryItems, _ limits: ServerLimits) throws(StatusError) {
    self.init()
    if let text = items.text("scope") { scope = try Reconciliation.Request.Ask.scope(text) }
    for name in items.list("kind") {
      guard let kind = EventKind(rawValue: name) else {
        throw .invalid(
          "there is no kind of event `\(name.prefix(40))`",
          hint: "there are: \(EventKind.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      kinds.insert(kind)
    }
    if let name = items.text("severity") {
      guard let known = Severity(rawValue: name) else {
        throw .invalid(
          "there is no severity `\(name.prefix(40))`",
          hint: "there are: \(Severity.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      severity = known
    }
    actor = items.text("actor")
    since = try items.instant("since")
    until = try items.instant("until")
    after = try items.integer("after", in: 0...Int64.max)
    limit = Int(try items.integer("limit", in: 1...Int64(limits.eventsMax)) ?? 100)
    newestFirst = after == nil
  }
}
