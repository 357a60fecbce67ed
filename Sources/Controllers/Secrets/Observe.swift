import Calendar
import Host
public import Reconciliation
import SecretStore

extension SecretsController {
  public func observe(_ resource: Resource<SecretSpec>) async -> Observation<SecretObserved> {
    let began = clock.now
    do {
      return .known(try await look(at: resource), at: began)
    } catch let failure as Failure {
      return .unknown(reason: "\(failure.subject): \(failure.cause)", since: began)
    } catch let error as HostError {
      return .unknown(reason: "\(error)", since: began)
    } catch {
      return .unknown(reason: "the look was cut off", since: began)
    }
  }

  private func look(at resource: Resource<SecretSpec>) async throws -> SecretObserved {
    let versions = try await versions(of: resource.id, for: "look")
    var values: [Int: Secret] = [:]
    if resource.spec.file != nil || resource.spec.value != nil {
      for version in versions {
        values[version.number] = try await value(of: resource.id, version: version.number, for: "look")
      }
    }
    async let server = server(of: resource, versions: versions)
    return SecretObserved(
      versions: versions, file: try await file(of: resource, versions: versions, values: values),
      written: resource.spec.value.map { written in
        versions.map(\.number).filter { values[$0] == written.secret }
      },
      leftover: try await hasLeftover(resource.id),
      superseded: try await hasSuperseded(resource.id, for: "look"), server: await server)
  }

  private func file(
    of resource: Resource<SecretSpec>, versions: [SecretVersion], values: [Int: Secret]
  ) async throws -> SecretFileSeen? {
    guard let path = resource.spec.file else { return nil }
    let file = SecretFile(path: path, name: resource.id.name)
    // What could stand in it: each version that was ever in force, alone or with another as the one before.
    var candidates: [Int: DeliveredSecret] = [:]
    for version in versions where !version.phase.isUnderway {
      candidates[version.number] = values[version.number].map {
        DeliveredSecret(value: $0, user: version.user)
      }
    }
    return try await offPool { [candidates] in try file.look(at: candidates) }
  }
}
