import CrashPoints
public import Reconciliation
import Redis

extension CacheController {
  /// Sets it, and has the server write its redis.conf anew, so that it stays over a restart. Both or neither: a setting
  /// that was in force and not written would look as wanted, until a restart lost it.
  public func apply(_ action: CacheAction, to resource: Resource<CacheSpec>) async throws -> Outcome {
    let login = try await login(of: resource, for: action.description)
    let client = client.trusting(resource.spec.trust)
    do {
      let set = ["CONFIG", "SET", action.setting, action.value]
      var (replies, isRefused) = try await effect("cache.set") {
        try await client.changeAtOnce(action.server, as: login, [set, ["CONFIG", "REWRITE"]])
      }
      // One who may set and not write still sets.
      if isRefused, case .value = replies[0] {
        replies[0] = try await effect("cache.setOnly") {
          try await client.change(action.server, as: login, [set])
        }[0]
      }
      if case .error(let reason) = replies[0] { throw RedisError(.refused, action.server, reason) }
      if case .error(let reason) = replies[1] {
        return Outcome("\(action), until its restart: \(reason)", details: ["kept": false])
      }
      return Outcome("\(action)", details: ["kept": true])
    } catch let error as RedisError {
      throw Failure(
        error.kind == .unreachable || error.kind == .client ? .transient : .needsOperator, code: "redis",
        operation: action.description, subject: "\(error.address)", cause: error.reason)
    }
  }
}
