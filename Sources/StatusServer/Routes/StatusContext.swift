import Hummingbird
import Logging
import NIOCore
import Reconciliation

/// What a handler knows besides the request: who asks.
struct StatusContext: RequestContext {
  typealias Source = StatusContextSource

  var coreContext: CoreRequestContextStorage
  /// Who the kernel says it is, with the roles that it has now.
  let caller: Caller
  /// Its connection.
  let connection: Connection

  init(source: StatusContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    caller = source.caller
    connection = source.connection
  }
}

/// What a ``StatusContext`` is made of.
struct StatusContextSource: RequestContextSource {
  let logger: Logger
  let caller: Caller
  let connection: Connection
}
