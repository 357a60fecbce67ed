import Cache
import Reconciliation

struct CacheIsSet: Invariant {
  static let sentence =
    "What the file says of a cache's memory is set on every server that answers, unless the guard holds it."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .inspect(let id) = moment, shell.isAnswerable(id, CacheSection.name),
      let draft = stage.inForce[id.environment], let cache = draft.cache(id),
      let model = stage.model(id, as: CacheModel.self)
    else { return nil }
    for index in 0..<cache.servers {
      let address = cache.address(index, in: id.environment)
      guard model.isUp(address, stage) else { continue }
      let server = model.server(address)
      let wanted = Int64(cache.megabytes) * 1_000_000
      let isHeld = wanted < server.usedBytes && draft.requirement(for: .destructive) != "none"
      if server.settings["maxmemory"] != "\(wanted)", !isHeld {
        return
          "\(id): \(address) may use \(server.settings["maxmemory"] ?? "?") bytes, and \(wanted) are written"
      }
      if server.settings["maxmemory-policy"] != cache.whenFull, draft.requirement(for: .disruptive) == "none",
        !isHeld
      {
        return
          "\(id): \(address) evicts by \(server.settings["maxmemory-policy"] ?? "?"), not \(cache.whenFull)"
      }
    }
    return nil
  }
}
