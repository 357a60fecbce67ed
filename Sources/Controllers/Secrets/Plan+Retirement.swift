import Calendar
import Reconciliation
import SecretStore

extension SecretPlanning {
  /// Rule 10.
  mutating func retire() {
    for version in former {
      if let until = version.overlapUntil, until > now {
        plan.wake(at: until)
        continue
      }
      // The file is written first; that is planned, or somebody must make it possible.
      if seen.file?.state == .holds,
        seen.file?.previous == version.number || seen.file?.current == version.number
      {
        continue
      }
      guard !isServerUnknown else {
        plan.waitingOn.append(
          Wait(
            "version \(version.number) stays until \(spec.server ?? "its server") can be asked",
            endedBy: "its answer"))
        continue
      }
      // Right after a start nobody has said yet what it uses.
      guard context.facts.isComplete else {
        plan.waitingOn.append(
          Wait(
            "version \(version.number) may be in use: not everything has been looked at yet", endedBy: "time")
        )
        continue
      }
      let users = context.facts.users(ofSecret: resource.id.name, version: version.number)
      guard users.isEmpty else {
        let names = users.map(\.description).joined(separator: ", ")
        plan.waitingOn.append(
          Wait("version \(version.number) is still in use by \(names)", endedBy: "the restart of \(names)"))
        continue
      }
      append(SecretAction(.retire, version: version.number))
    }
  }
}
