import Cache
import Reconciliation

/// `cache`: servers whose settings somebody changes, that restart without what was set, and that are down for a while.
enum CacheSection: Section {
  static let name = "cache"

  static func draw(beside draft: Draft, _ dice: inout Dice) -> [any Entry] {
    guard dice.percent(50) else { return [] }
    return [
      CacheEntry(
        name: "main", servers: dice.one(of: [1, 2, 3]), megabytes: dice.number(1...9) * 100,
        whenFull: dice.one(of: CacheEntry.policies))
    ]
  }

  static func model(of id: ResourceID) -> any Model { CacheModel(id) }

  static let misfortunes = [
    Misfortune(name, "somebody sets something by hand", weight: 2) { (model: CacheModel, dice, stage) in
      model.meddle(&dice, stage)
    },
    Misfortune(name, "a server restarts without what was set") { (model: CacheModel, dice, stage) in
      model.restart(&dice, stage)
    },
    Misfortune(name, "a server is down", weight: 2) { (model: CacheModel, dice, stage) in
      model.stop(for: dice.seconds(600...90_000), &dice, stage)
    },
  ]

  static let invariants: [any Invariant.Type] = [CacheIsSet.self]

  /// Nobody here takes keys out of a server that evicts none.
  static let lasting: Set = ["nearly-full", "nearly-full-2", "nearly-full-3"]

  static func gist(of observed: AnyObserved) -> [String] {
    guard let cache = observed.typed(as: CacheObserved.self) else { return [] }
    return cache.servers.map { server in
      let settings = (server.state?.settings ?? [:]).sorted { $0.key < $1.key }
      return "\(server.address) \(settings.map { "\($0.key)=\($0.value)" })"
    }
  }

  /// A limit below what is in use throws keys away, and so may a policy that evicts where none did.
  static func risk(of action: AnyAction, on id: ResourceID, seen: AnyObserved?, _ shell: Shell) -> Risk {
    guard let set = action.typed(as: CacheAction.self), let found = seen?.typed(as: CacheObserved.self),
      let state = found.servers.first(where: { $0.address == set.server })?.state
    else { return .safe }
    switch set.setting {
    case "maxmemory":
      return Int64(set.value).map { $0 > 0 && $0 < state.usedBytes } ?? false ? .destructive : .safe
    case "maxmemory-policy":
      let before = state.settings[set.setting] ?? ""
      return before == "noeviction" || before.hasPrefix("volatile") ? .disruptive : .safe
    default: return .safe
    }
  }
}

/// An entry of `cache`.
struct CacheEntry: Entry {
  static let section = CacheSection.name
  static let policies = ["allkeys-lru", "allkeys-lfu", "noeviction"]

  var name: String
  var servers: Int
  var megabytes: Int
  var whenFull: String

  func address(_ index: Int, in environment: String) -> String {
    "/run/redis/\(environment)-\(name)-\(index).sock"
  }

  func lines(in environment: String) -> [String] {
    let addresses = (0..<servers).map { address($0, in: environment) }.joined(separator: ", ")
    return [
      "\(name):", "  kind: redis", "  topology: \(servers == 1 ? "single" : "replicated")",
      "  servers: [\(addresses)]",
      "  memory: \(megabytes) MB", "  when full: \(whenFull)",
    ]
  }

  func edited(_ dice: inout Dice) -> Self {
    var cache = self
    cache.megabytes = dice.number(1...9) * 100
    cache.whenFull = dice.one(of: CacheEntry.policies)
    return cache
  }

  func contradictory(_ dice: inout Dice) -> Self? {
    guard servers > 1 else { return nil }
    var cache = self
    // No cache has that many.
    cache.servers = 99
    return cache
  }
}

extension Draft {
  func cache(_ id: ResourceID) -> CacheEntry? { entry(id.name) }
}
