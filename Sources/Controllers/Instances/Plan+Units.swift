import Reconciliation
import Specification

extension Planning {
  /// Why this instance cannot be started whoever tries: rule 2.
  func hindrance(_ index: Int) -> Hindrance? { hindered.first { $0.index == index } }

  /// Rule 2: units that cannot start.
  mutating func reportHindrances() {
    let required = hindered.filter { wanted.required?.contains($0.index) == true }
    guard let first = required.first else { return }
    let others = required.count > 1 ? ", and \(required.count - 1) more" : ""
    let template = wanted.spec.unit
    let (what, mend): (String, String) =
      switch first.kind {
      case .missing:
        (
          "there is no such unit",
          "write /etc/systemd/system/\(template).service, then: systemctl daemon-reload"
        )
      case .masked: ("it is masked", "systemctl unmask \(first.unit), or write a lower `count`")
      case .broken:
        (
          first.words ?? "systemd cannot read it",
          "systemd-analyze verify \(first.unit), then: systemctl daemon-reload"
        )
      }
    plan.findings.append(
      Finding(
        "unit-\(first.kind.rawValue)", .critical, "\(first.unit)\(others) cannot be started: \(what)",
        mend: mend,
        at: placeOfUnit))
  }

  /// A start would still be by the file as it was.
  mutating func reportStaleness() {
    guard let stale else { return }
    plan.findings.append(
      Finding(
        "unit-stale", .warning, "\(stale): its file was changed, and systemd goes by what it was before",
        mend: "systemctl daemon-reload", at: placeOfUnit))
  }

  /// Where the unit is written.
  private var placeOfUnit: Place {
    wanted.resource.place(of: wanted.resource.places["unit"] == nil ? "on" : "unit")
  }

  /// What polkit does not let the daemon do. Once may be a rule that is being renewed.
  mutating func reportDenials() {
    for action in plan.actions {
      guard let json = try? JSON(encoding: action), let attempts = wanted.context.memory.attempts[json],
        let failure = attempts.failure, failure.code == InstancesController.denied,
        attempts.backoff.attempts > 1
      else { continue }
      plan.findings.append(
        Finding(
          "not-permitted", .critical, "\(failure.subject): \(failure.cause)",
          mend:
            "let the rule of polkit name the units as they are written: sudo systemctl start steward-polkit",
          at: wanted.resource.place(of: "on")))
      return
    }
  }
}
