import Hummingbird
import Reconciliation
import StatusAPI

extension Routes {
  func addWhy(to router: Router<StatusContext>) {
    router.get("/v1/why") { request, context in try await why(request, context) }
    router.get("/v1/why/environment") { request, context in try await whyEnvironment(request, context) }
    router.get("/v1/why/not") { request, context in try await whyNot(request, context) }
  }

  private func why(_ request: Inquiry, _ context: StatusContext) async throws -> Response {
    let items = try QueryItems(request, known: ["resource"])
    let (snapshot, sight) = try await look(request, context)
    let kept = try resource(items.text("resource"), in: snapshot, to: sight)
    let past = try await past(
      of: Scope(kept.resource.id), orders: snapshot.orders(about: kept), to: sight)
    return try Response.json(WhyBody(kept, snapshot, past))
  }

  private func whyEnvironment(_ request: Inquiry, _ context: StatusContext) async throws -> Response {
    let items = try QueryItems(request, known: ["environment"])
    let (snapshot, sight) = try await look(request, context)
    guard let name = try visible(items.text("environment"), in: snapshot, to: sight),
      let state = snapshot.reconciler.environments[name]
    else {
      throw StatusError.invalid("`environment` is missing", hint: "/v1/why/environment?environment=staging")
    }
    let past = try await past(of: Scope(environment: name), orders: [], to: sight)
    return try Response.json(WhyEnvironmentBody(name, state, snapshot, past))
  }

  /// It runs the future many times over: a core for as long as a forecast.
  private func whyNot(_ request: Inquiry, _ context: StatusContext) async throws -> Response {
    let items = try QueryItems(request, known: ["resource", "verb"])
    guard let verb = items.text("verb") else {
      throw StatusError.invalid(
        "`verb` is missing", hint: "/v1/why/not?resource=staging/secrets/API_KEY&verb=rotate")
    }
    let (snapshot, sight) = try await look(request, context)
    let kept = try resource(items.text("resource"), in: snapshot, to: sight)
    return try await inTurn(context) { patience in
      try Response.json(WhyNotBody(verb, kept, snapshot, within: patience))
    }
  }

  private func past(of scope: Scope, orders: [Int64], to sight: Sight) async throws -> Past {
    try await Past(of: scope, orders: orders) { query in
      var query = query
      query.environments = sight.environments
      return try await source.events(query)
    }
  }

  /// The resource of that name.
  /// - Throws: ``StatusError`` where none is named, or none that the caller may see.
  private func resource(
    _ text: String?, in snapshot: Snapshot, to sight: Sight
  ) throws(StatusError) -> Kept {
    guard let text else {
      throw .invalid("`resource` is missing", hint: "/v1/why?resource=staging/instances/web")
    }
    guard let id = ResourceID(text), sight.reaches(id.environment),
      let kept = snapshot.reconciler.resources[id]
    else {
      throw .unknown(
        "there is no resource \(text.prefix(200)) that you may read", hint: names(in: snapshot, to: sight))
    }
    return kept
  }

  /// The resources that the caller may see, for whoever named another.
  private func names(in snapshot: Snapshot, to sight: Sight) -> String {
    let names = snapshot.reconciler.kept(in: nil).map(\.resource.id).filter { sight.reaches($0.environment) }
    let shown = names.prefix(20).map { "\($0)" }.joined(separator: ", ")
    return names.isEmpty ? "nothing is kept" : "there are: \(shown)\(names.count > 20 ? " …" : "")"
  }
}

extension Snapshot {
  /// The events by which people decided for the resource what is in force now, and that after which it is planned as
  /// it is.
  func orders(about kept: Kept) -> [Int64] {
    let id = kept.resource.id
    let memory = reconciler.memory
    return [
      memory.override(for: id, at: now)?.sequence, memory.suspension(of: id, at: now)?.sequence, kept.because,
    ].compactMap(\.self)
  }
}
