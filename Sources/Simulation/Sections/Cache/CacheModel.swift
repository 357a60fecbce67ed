import Cache
import Reconciliation
import Redis

/// The servers of one cache: the first takes writes, the others follow it.
final class CacheModel: Model {
  struct Server {
    var settings = ["maxmemory": "0", "maxmemory-policy": "noeviction", "save": "", "appendonly": "no"]
    /// What its redis.conf says, which a restart brings back.
    var file: [String: String] = [:]
    var usedBytes: Int64 = 150_000_000
    var downUntil = Duration.zero
  }

  let id: ResourceID
  private var servers: [String: Server] = [:]

  init(_ id: ResourceID) { self.id = id }

  private func draft(_ stage: Stage) -> CacheEntry? { stage.inForce[id.environment]?.cache(id) }

  private func addresses(_ stage: Stage) -> [String] {
    guard let draft = draft(stage) else { return [] }
    return (0..<draft.servers).map { draft.address($0, in: id.environment) }
  }

  /// A server as it is now.
  func server(_ address: String) -> Server { servers[address] ?? Server() }

  func isUp(_ address: String, _ stage: Stage) -> Bool { server(address).downUntil <= stage.elapsed }

  func look(_ stage: Stage) -> AnyObserved {
    let addresses = addresses(stage)
    let isPrimaryUp = addresses.first.map { isUp($0, stage) } ?? false
    let followers = addresses.dropFirst().count { isUp($0, stage) }
    let seen = addresses.enumerated().compactMap { index, text -> SeenServer? in
      guard let address = RedisAddress(text) else { return nil }
      guard isUp(text, stage) else { return SeenServer(address, problem: "Connection refused") }
      let server = server(text)
      return SeenServer(
        address,
        state: ServerState(
          version: "7.0.15", isPrimary: index == 0, follows: index == 0 ? nil : "127.0.0.1:6379",
          isLinked: index == 0 ? nil : isPrimaryUp, followers: index == 0 ? followers : 0,
          usedBytes: server.usedBytes, settings: server.settings))
    }
    return AnyObserved(typed: CacheObserved(servers: seen))
  }

  func act(
    _ action: AnyAction, _ resource: AnyResource, _ portion: Portion, _ stage: Stage
  ) -> Result<Outcome, Failure> {
    guard let set = action.typed(as: CacheAction.self), portion != .nothing else {
      return .success(Outcome("nothing"))
    }
    let address = "\(set.server)"
    guard isUp(address, stage) else { return .failure(.simulated(.transient, action)) }
    servers[address, default: Server()].settings[set.setting] = set.value
    // Half of it is what a restart undoes.
    if portion == .whole { servers[address]?.file[set.setting] = set.value }
    return .success(Outcome(action.description, details: ["kept": true]))
  }

  func duration(of action: AnyAction, _ dice: inout Dice) -> Duration { .milliseconds(dice.number(2...300)) }

  // MARK: What others do

  func meddle(_ dice: inout Dice, _ stage: Stage) {
    guard let address = addresses(stage).first else { return }
    if dice.percent(50) {
      servers[address, default: Server()].settings["maxmemory"] = dice.one(of: [
        "0", "50000000", "2000000000",
      ])
    } else {
      servers[address, default: Server()].settings["maxmemory-policy"] = dice.one(of: [
        "noeviction", "volatile-ttl",
      ])
    }
    stage.disturb(id, for: Stage.backoff)
  }

  func restart(_ dice: inout Dice, _ stage: Stage) {
    guard let address = addresses(stage).last else { return }
    var server = server(address)
    server.settings = Server().settings.merging(server.file) { $1 }
    servers[address] = server
    stop(for: dice.seconds(1...60), &dice, stage)
  }

  func stop(for duration: Duration, _ dice: inout Dice, _ stage: Stage) {
    let addresses = addresses(stage)
    guard !addresses.isEmpty else { return }
    servers[dice.one(of: addresses), default: Server()].downUntil = stage.elapsed + duration
    stage.disturb(id, for: duration + Stage.backoff)
  }

  func heal(_ stage: Stage) { for address in servers.keys { servers[address]?.downUntil = .zero } }
}
