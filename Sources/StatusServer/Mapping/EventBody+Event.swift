import Reconciliation
import StatusAPI

extension EventBody {
  init(_ event: Event) {
    self.init(
      sequence: event.sequence, at: event.at, scope: event.scope.map { "\($0)" }, kind: event.kind.rawValue,
      name: event.name, severity: event.severity.rawValue, actor: event.actor, cause: event.cause,
      message: event.message, body: JSONValue(event.body))
  }
}
