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
  /// The revision of all that is shown, read before anything of it was.
  let revision: UInt64
  /// Its connection.
  let connection: Connection

  init(source: StatusContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    caller = source.caller
    revision = source.revision
    connection = source.connection
  }
}

/// What a ``StatusContext`` is made of.
struct StatusContextSource: RequestContextSource {
  let logger: Logger
  let caller: Caller
  let revision: UInt64
  let connection: Connection
}
