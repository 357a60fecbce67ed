import Calendar
public import Host
import Lego
import OpenSSL
public import Reconciliation

/// Keeps certificates: seen in their file and at their port, renewed in time, proved before the former one goes.
public struct CertificatesController: Controller {
  public static let hears: Set<Fact.Name> = []
  public static let name = "certificates"

  /// `steward rotate` asks for a new key and certificate now, and tries again what went wrong.
  public static let requests = ["rotate"]
  public static let words = ControllerKind.words(
    CertificatesAction.Step.allCases.map(\.rawValue), ["rotate": ["issue", "install", "reload", "finish"]])

  let state: String
  let commands: any CommandRunner
  let clock: any WallClock
  let openssl: OpenSSL
  let lego: Lego

  /// A controller that keeps orders, accounts and records below the folder `state`, which exists and is stewardd's own.
  public init(
    state: String, commands: any CommandRunner = SubprocessRunner(), clock: any WallClock = SystemClock()
  ) {
    self.state = state
    self.commands = commands
    self.clock = clock
    openssl = OpenSSL(commands)
    lego = Lego(commands)
  }

  public static func plan(
    _ resource: Resource<CertificatesSpec>, _ observed: Observation<CertificatesObserved>,
    _ context: PlanContext
  ) -> Plan<CertificatesAction> {
    switch observed {
    case .unknown(let reason, _):
      return CertificatesPlanning.blind(resource, because: reason, at: context.now)
    case .known(let seen, _):
      var planning = CertificatesPlanning(resource, seen, context)
      return planning.make()
    }
  }
}
