import Calendar
public import Reconciliation
import Specification

extension BackupsController {
  public static func contradictions(in resource: Resource<BackupsSpec>, _ prospect: Prospect) -> [Finding] {
    [overspend(resource, prospect), neverDrilled(resource, prospect)].compactMap(\.self)
  }

  /// What an uptime is promised over.
  private static let month = Duration.seconds(30 * 86_400)

  /// One restore that takes as long as it may is more downtime than a month of the promised uptime has. Planned closing
  /// does not count against an uptime, an outage that is restored from does.
  private static func overspend(_ resource: Resource<BackupsSpec>, _ prospect: Prospect) -> Finding? {
    guard let rto = resource.spec.rto, let uptime = prospect.environment.uptime else { return nil }
    let seconds = Double(month.components.seconds) * (1 - uptime)
    let permitted = Duration.seconds(Int64(seconds.rounded()))
    guard rto > permitted else { return nil }
    let promise = Percentage(partsPerMillion: Int64((uptime * 1_000_000).rounded()))
    return Finding(
      "rto-over-uptime", .warning,
      "one restore that takes its `rto` of \(TimeSpan(duration: rto)) overspends the month: `uptime: \(promise)` "
        + "permits \(TimeSpan(duration: permitted)) in 30 days",
      mend: "write an `rto` of at most \(TimeSpan(duration: permitted)), or promise less "
        + "(\(prospect.environment.places["uptime"].map { "\($0)" } ?? "`uptime`"))",
      at: resource.place(of: "rto"))
  }

  private static func neverDrilled(_ resource: Resource<BackupsSpec>, _ prospect: Prospect) -> Finding? {
    guard let drill = resource.spec.drill else { return nil }
    let next = drill.next(after: prospect.span.lowerBound, in: prospect.environment.zone)
    guard next.map({ $0 >= prospect.span.upperBound }) ?? true else { return nil }
    return Finding(
      "never-drilled", .critical, "`drill: \(drill)` does not come in \(Contradictions.years) years",
      mend: "write a moment that recurs, such as `monthly`", at: resource.place(of: "drill"))
  }
}
