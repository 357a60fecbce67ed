import Instances
public import Reconciliation

extension Controllers {
  /// The units of systemd that these resources may ever have running: by template (`web@`), the highest index.
  public static func units(of resources: some Sequence<AnyResource>) -> [String: Int] {
    var units: [String: Int] = [:]
    for case let resource? in resources.map({ $0.typed(as: InstancesSpec.self) })
    where resource.spec.on == .systemd {
      units[resource.spec.unit] = max(units[resource.spec.unit] ?? 0, resource.spec.highest)
    }
    return units
  }
}
