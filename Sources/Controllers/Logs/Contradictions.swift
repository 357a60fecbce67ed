import Calendar
public import Reconciliation

extension LogsController {
  public static func contradictions(in resource: Resource<LogsSpec>, _ prospect: Prospect) -> [Finding] {
    [neverPurged(resource, prospect)].compactMap(\.self) + retained(resource, prospect)
  }

  private static func neverPurged(_ resource: Resource<LogsSpec>, _ prospect: Prospect) -> Finding? {
    guard let schedule = resource.spec.purgeAt else { return nil }
    let next = schedule.next(after: prospect.span.lowerBound, in: prospect.environment.zone)
    guard next.map({ $0 >= prospect.span.upperBound }) ?? true else { return nil }
    return Finding(
      "never-purged", .critical, "`purge at: \(schedule)` does not come in \(Contradictions.years) years",
      mend: "write a moment that recurs, such as \"03:00\"", at: resource.place(of: "purge at"))
  }

  /// What `compliance: {retention: …}` keeps, no purge may delete.
  private static func retained(_ resource: Resource<LogsSpec>, _ prospect: Prospect) -> [Finding] {
    guard let retention = prospect.environment.retention else { return [] }
    let spec = resource.spec
    var findings: [Finding] = []
    if let keep = spec.keep, prospect.end(of: keep) < prospect.end(of: retention.span) {
      findings.append(
        Finding(
          "purged-too-early", .critical,
          "logs are purged after \(keep.inDays); `compliance` keeps them for \(retention.span.inDays) (\(retention.place))",
          mend: "write `keep: \(retention.span)`, or a shorter `retention`", at: resource.place(of: "keep")))
    }
    if spec.atMost != nil, spec.archive == nil, prospect.environment.guard.destructive == .nothing {
      findings.append(
        Finding(
          "trimmed-too-early", .warning,
          "a full folder is trimmed without asking, and `compliance` keeps what is in it for "
            + "\(retention.span.inDays) (\(retention.place))",
          mend: "write an `archive`, or let `guard` ask before something destructive",
          at: resource.place(of: "at most")))
    }
    return findings
  }
}

extension Prospect {
  /// When `span` is over that begins with the prospect.
  fileprivate func end(of span: TimeSpan) -> Instant {
    span.added(to: self.span.lowerBound, in: environment.zone)
  }
}
