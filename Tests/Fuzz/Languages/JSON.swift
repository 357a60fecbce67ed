import Calendar
import FoundationEssentials
import Reconciliation
import StatusAPI

/// The bodies of events, and whatever else is stored as JSON.
let json = Language(name: "json", seeds: ["Tests/Fuzz/Seeds/json"]) { bytes in
  do throws(JSON.NotJSON) {
    let value = try JSON(parsing: bytes)
    let text = value.description
    promise((try? JSON(parsing: text.utf8)) == value, "\(text) reads as something else")
  } catch {
    promise((0...bytes.count).contains(error.offset), "byte \(error.offset) of \(bytes.count)")
  }
}

/// A log that something else has written into: the first byte chooses the kind of the event, the rest is its body.
let events = Language(name: "events", seeds: ["Tests/Fuzz/Seeds/json"]) { bytes in
  guard let first = bytes.first, let body = try? JSON(parsing: bytes.dropFirst()) else { return }
  let kinds = EventKind.allCases
  var memory = Memory()
  for (sequence, scope) in [nil, "staging", "staging/instances", "staging/instances/web"].enumerated() {
    let event = Event(
      sequence: Int64(sequence + 1), at: Instant(seconds: 1_790_000_000), scope: scope.flatMap { Scope($0) },
      kind: kinds[Int(first) % kinds.count], severity: .info, actor: "steward", cause: nil, message: "",
      body: body)
    memory.apply(event)
    promise(!event.name.isEmpty, "an event without a name")
  }
}

/// Whether what the reducer records of a request is what the log takes, whatever the server lets through.
private func isTaken(_ body: RequestBody, of caller: Caller) -> Bool {
  var reconciler = Reconciler(kinds: [])
  let now = Instant(seconds: 1_790_000_000)
  let header = EnvironmentHeader(name: "staging", zone: .utc)
  _ = reconciler.step(
    .adopted(
      AdoptedEnvironment(header: header, resources: [], notKept: [], file: "staging.yaml", digest: "")),
    now: now)
  let reason = body.reason ?? ""
  var asks: [Request.Ask] = []
  for scope in [Scope(environment: "staging"), Scope(body.scope)].compactMap(\.self) {
    asks += [.suspend(scope, until: body.until, reason: reason), .resume(scope), .reconcile(scope)]
    if let until = body.until { asks += [.open(scope, until: until, reason: reason)] }
  }
  if let id = ResourceID(body.scope) {
    asks += [
      .approve(id, digest: body.digest ?? "", reason: reason), .demand(verb: reason, id, reason: reason),
    ]
  }
  let effects = asks.flatMap { reconciler.step(.requested(Request($0, by: caller), number: 1), now: now) }
  return effects.allSatisfy { effect in
    guard case .record(let events) = effect else { return true }
    return events.allSatisfy {
      $0.message.utf8.count <= Event.messageBytesMax && $0.body.bytes.count <= Event.bodyBytesMax
    }
  }
}

/// What people send to the socket: a body, and the scope in it.
let requests = Language(name: "requests", seeds: ["Tests/Fuzz/Seeds/requests"]) { bytes in
  guard let body = try? JSONDecoder().decode(RequestBody.self, from: Data(bytes)) else { return }
  if let scope = Scope(body.scope) { promise(Scope(scope.description) == scope, "\(scope)") }
  if let id = ResourceID(body.scope) { promise(ResourceID(id.description) == id, "\(id)") }
  let again = (try? JSONEncoder().encode(body)).flatMap {
    try? JSONDecoder().decode(RequestBody.self, from: $0)
  }
  promise(again == body, "\(body) reads as \(again as Any)")
  for caller in [
    Caller(name: "root", roles: [], isOwner: true), Caller(name: "eve", roles: [], isOwner: false),
  ] {
    promise(isTaken(body, of: caller), "what the reducer records of \(body) is not what the log takes")
  }
}
