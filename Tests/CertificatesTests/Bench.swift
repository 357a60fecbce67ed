import Calendar
import Fixtures
import Glibc
import Host
import OpenSSL
import Reconciliation
import Specification

@testable import Certificates

let place = Place(file: "environments/dev.yaml", line: 7)

func resource(_ spec: CertificatesSpec) -> Resource<CertificatesSpec> {
  let id = ResourceID(environment: "dev", controller: "certificates", name: "web")
  return Resource(id, spec: spec, node: SpecNode(place: place, content: .null))
}

func context(at now: Instant, demands: [String: Demand] = [:]) -> PlanContext {
  PlanContext(now: now, environment: EnvironmentHeader(name: "dev", zone: .utc), demands: demands)
}

/// A certificate to be kept in a scratch folder, and the controller that does.
final class Bench: Sendable {
  let folder = ScratchFolder()
  /// A minute ahead: what the authority gives while the test runs is valid already.
  let clock = VirtualClock(at: SystemClock().now + .seconds(60))
  var state: String { folder.path("state") }
  var file: String { folder.path("web.pem") }

  init() { folder.makeFolder("state", mode: 0o700) }

  func controller(_ commands: any CommandRunner = SubprocessRunner()) -> CertificatesController {
    CertificatesController(state: state, commands: commands, clock: clock)
  }

  func spec(
    _ authority: Authority?, challenge: CertificatesSpec.Challenge? = nil,
    hosts: [String] = ["www.example.org"],
    key: String? = nil, serves: String? = nil, reload: [String]? = nil
  ) -> CertificatesSpec {
    CertificatesSpec(
      hosts: hosts, renewBefore: CertificatesSpec.renewBeforeDefault, file: file, key: key,
      authority: authority.map {
        .init(
          directory: $0.directory, email: "ops@example.org",
          challenge: challenge ?? .http("127.0.0.1:\($0.challengePort)"), trust: $0.root)
      }, serves: serves, reload: reload)
  }

  /// A certificate that signs itself, of 30 days, of which 25 are over.
  func selfSignedAndDue() {
    folder.selfSign(days: 30)
    clock.advance(by: .seconds(25 * 86_400))
  }

  func look(_ spec: CertificatesSpec) async -> CertificatesObserved? {
    await controller().observe(resource(spec)).value
  }

  func plan(_ spec: CertificatesSpec, demands: [String: Demand] = [:]) async -> Plan<CertificatesAction> {
    CertificatesController.plan(
      resource(spec), await controller().observe(resource(spec)), context(at: clock.now, demands: demands))
  }

  /// Looks, plans and acts until there is nothing to do. Returns the verbs of what was done, those that failed with `!`.
  @discardableResult
  func keep(
    _ spec: CertificatesSpec, demands: [String: Demand] = [:],
    by commands: any CommandRunner = SubprocessRunner()
  ) async -> [String] {
    var done: [String] = []
    while done.count < 20, let action = await plan(spec, demands: demands).actions.first {
      do {
        _ = try await controller(commands).apply(action, to: resource(spec))
        done.append(action.verb)
      } catch {
        print("\(action): \(error)")
        done.append("\(action.verb)!")
      }
    }
    return done
  }

  /// Whether, after keeping it once more, nothing was to be done and the new one is proved.
  func isAtRest(_ spec: CertificatesSpec) async -> Bool {
    let done = await keep(spec)
    let seen = await look(spec)
    return done.isEmpty && seen?.former == nil
  }

  var permissions: mode_t {
    var status = stat()
    stat(file, &status)
    return status.st_mode & 0o777
  }
}
