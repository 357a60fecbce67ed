import Calendar
import Host
public import Reconciliation
import Redis

/// How a cache is looked at: one process a server and a sentinel, all at once.
extension CacheController {
  /// A cache none of whose servers answers is unknown. One of several that does not is what there is to see.
  public func observe(_ resource: Resource<CacheSpec>) async -> Observation<CacheObserved> {
    let login: RedisLogin?
    do {
      login = try await self.login(of: resource, for: "look")
    } catch {
      return .unknown(reason: (error as? Failure)?.cause ?? "\(error)", since: clock.now)
    }
    let spec = resource.spec
    let client = client.trusting(spec.trust)
    async let sentinels = sentinels(spec, client)
    let observed = CacheObserved(servers: await servers(spec, client, login), sentinels: await sentinels)
    guard observed.answering.isEmpty else { return .known(observed, at: clock.now) }
    let reasons = observed.servers.map { "\($0.address): \($0.problem ?? "no answer")" }
    return .unknown(reason: reasons.joined(separator: "; "), since: clock.now)
  }

  private func servers(
    _ spec: CacheSpec, _ client: RedisClient, _ login: RedisLogin?
  ) async -> [SeenServer] {
    var seen = await each(of: spec.servers) { address in
      do {
        return SeenServer(address, state: try await state(at: address, client, login))
      } catch {
        return SeenServer(address, problem: (error as? RedisError)?.reason ?? "\(error)")
      }
    }
    // How far one is behind is the difference of two offsets, and the other is the one it follows.
    let written = seen.compactMap(\.state).filter(\.isPrimary).compactMap(\.lagBytes).max()
    for index in seen.indices {
      guard let state = seen[index].state else { continue }
      let isBehind = spec.topology == .replicated && !state.isPrimary
      seen[index].state?.lagBytes = isBehind ? lag(of: state.lagBytes, behind: written) : nil
    }
    return seen
  }

  private func lag(of offset: Int64?, behind written: Int64?) -> Int64? {
    guard let offset, let written else { return nil }
    return max(0, written - offset)
  }

  /// Its `lagBytes` is its offset in the stream, until all are seen.
  private func state(
    at address: RedisAddress, _ client: RedisClient, _ login: RedisLogin?
  ) async throws -> ServerState {
    let asked = [["INFO"], ["CONFIG", "GET"] + ServerSetting.allCases.map(\.rawValue), ["CLUSTER", "INFO"]]
    let replies = try await client.ask(address, as: login, asked)
    for case .error(let reason) in replies.prefix(2) { throw RedisError(.denied, address, reason) }
    let (info, cluster) = (replies[0].fields, replies[2].fields)
    guard let version = info["redis_version"], let role = info["role"] else {
      throw RedisError(.client, address, "it is no Redis server")
    }
    func number(_ field: String) -> Int64? { info[field].flatMap { Int64($0) } }
    let isPrimary = role == "master"
    return ServerState(
      version: version, isPrimary: isPrimary,
      follows: isPrimary ? nil : "\(info["master_host"] ?? "?"):\(info["master_port"] ?? "?")",
      isLinked: isPrimary ? nil : info["master_link_status"] == "up",
      followers: followers(info), lagBytes: number(isPrimary ? "master_repl_offset" : "slave_repl_offset"),
      usedBytes: number("used_memory") ?? 0,
      settings: replies[1].members.compactMapValues(\.text),
      isSaved: info["rdb_last_bgsave_status"] != "err", isAppended: info["aof_last_write_status"] != "err",
      isClusterWhole: info["cluster_enabled"] == "1" ? cluster["cluster_state"] == "ok" : nil)
  }

  /// `slave0:ip=10.0.0.2,port=6379,state=online,offset=42,lag=0`: those that are online.
  private func followers(_ info: [String: String]) -> Int {
    info.count { name, value in
      name.hasPrefix("slave") && Int(name.dropFirst(5)) != nil && value.contains("state=online")
    }
  }

  private func sentinels(_ spec: CacheSpec, _ client: RedisClient) async -> [SeenSentinel] {
    guard let name = spec.sentinelName else { return [] }
    return await each(of: spec.sentinels) { address in
      do {
        let replies = try await client.ask(
          address, [["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name], ["SENTINEL", "CKQUORUM", name]])
        let parts = replies[0].json.elements.compactMap(\.text)
        guard parts.count == 2 else {
          return SeenSentinel(address, problem: "it knows no cache `\(name)`")
        }
        var problem: String?
        if case .error(let reason) = replies[1] { problem = reason }
        return SeenSentinel(address, primary: "\(parts[0]):\(parts[1])", problem: problem)
      } catch {
        return SeenSentinel(address, problem: (error as? RedisError)?.reason ?? "\(error)")
      }
    }
  }

  /// One result for each address, in their order, all asked at once.
  private func each<Seen: Sendable>(
    of addresses: [RedisAddress], _ look: @escaping @Sendable (RedisAddress) async -> Seen
  ) async -> [Seen] {
    await withTaskGroup(of: (Int, Seen).self) { group in
      for (index, address) in addresses.enumerated() { group.addTask { (index, await look(address)) } }
      var seen: [Int: Seen] = [:]
      for await (index, one) in group { seen[index] = one }
      return addresses.indices.compactMap { seen[$0] }
    }
  }
}
