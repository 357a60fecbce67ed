import Fixtures
import Glibc
import Host
import StatusAPI
import StatusClient

/// It did not come about.
struct InVain: Error, CustomStringConvertible {
  let description: String
}

/// The daemon died meanwhile.
struct Died: Error {}

extension World {
  private var client: StatusClient { StatusClient(path: socket, patience: .seconds(10)) }

  func ask<Body: Sendable>(_ endpoint: Endpoint<Body>) async throws -> Body {
    let client = client
    return try await offPool { try client.ask(endpoint).body }
  }

  /// Asks for something, and remembers what was acknowledged.
  func request(_ verb: String, _ scope: String, reason: String? = nil) async throws {
    let answer = try await ask(.request(verb, RequestBody(scope: scope, reason: reason)))
    acknowledged.append(answer.sequence)
  }

  /// Remembers what must come about, by a file's text.
  func awaits(_ what: String, in file: String, _ hasCome: @escaping (String?) -> Bool) {
    let path = "\(folder)/\(file)"
    awaited.append(
      (what, { hasCome(access(path, F_OK) == 0 ? String(decoding: Bytes.read(path), as: UTF8.self) : nil) }))
  }

  func town() async throws -> EnvironmentBody {
    guard let town = try await ask(.status).environments.first(where: { $0.name == "town" }) else {
      throw InVain(description: "there is no town")
    }
    return town
  }

  func resource(_ id: String) async throws -> ResourceBody {
    guard let found = try await town().resources.first(where: { $0.id == id }) else {
      throw InVain(description: "there is no \(id)")
    }
    return found
  }

  /// Ends a suspension that was ordered by one whom the kill kept from ending it: it outlives the daemon, as it should.
  func letGo() async throws {
    try await until {
      if try await town().orders.contains(where: { $0.kind == "suspend" }) {
        try await request("resume", "town/logs")
      }
      return true
    }
  }

  /// Reads all that happened, and on until something new does.
  func follow() async throws {
    let client = client
    var query = EventsQuery()
    query.after = 0
    let last = try await ask(.status).daemon.lastSequence
    let reading = Task { [query] in
      try await offPool {
        try client.follow(.follow(query)) { line in
          if case .event(let event) = line.body { return event.sequence <= last }
          return true
        }
      }
    }
    // What comes while it catches up is not new to it.
    try await Task.sleep(for: .milliseconds(100))
    try await request("reconcile", "town/secrets/DEMO")
    try await reading.value
  }

  /// Waits, as long as the daemon lives.
  func until(within seconds: Int = 20, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var last = ""
    while ContinuousClock.now < deadline {
      manager.read()
      if daemon?.ended != nil { throw Died() }
      do {
        if try await condition() { return }
        last = "it was not so"
      } catch let error as StatusClientError {
        last = "\(error)"
      }
      try await Task.sleep(for: .milliseconds(8))
    }
    if daemon?.ended != nil { throw Died() }
    throw InVain(description: "after \(seconds) s: \(last)")
  }
}
