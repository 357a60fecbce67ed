import Calendar
public import Reconciliation

extension SecretsController {
  /// A value that is set elsewhere while nothing runs that uses it, and that no `test` tries, is found to be wrong when
  /// everything opens.
  public static func contradictions(in resource: Resource<SecretSpec>, _ prospect: Prospect) -> [Finding] {
    let spec = resource.spec
    guard spec.canRotate, spec.rotate != nil, spec.test == nil,
      let deeds = prospect.deeds[SecretAction.Step.set.rawValue], let first = deeds.firstUnattended
    else { return [] }
    let zone = prospect.environment.zone
    return [
      Finding(
        "closed-rotation", .warning,
        "\(deeds.unattended) of \(deeds.count) rotations in \(Contradictions.years) years fall where nothing runs that uses "
          + "it, first on \(zone.minuteWords(for: first)): whether the new value works is found out at the next opening",
        mend: "write a `test` command, which tries it at once", at: resource.place(of: "rotate"))
    ]
  }
}
