import CrashPoints
public import Reconciliation
import Redis

extension CacheController {
  /// Sets it, and has the server write its redis.conf anew, so that it stays over a restart. Setting what is set already
  /// changes nothing, so an attempt that was cut off is simply made again.
  public func apply(_ action: CacheAction, to resource: Resource<CacheSpec>) async throws -> Outcome {
    let login = try await login(of: resource, for: action.description)
    do {
      let replies = try await effect("cache.set") {
        try await client.change(
          action.server, as: login,
          [["CONFIG", "SET", action.setting, action.value], ["CONFIG", "REWRITE"]])
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
