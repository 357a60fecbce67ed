public import Calendar
public import Specification

/// What an environment's change window cannot hold.
struct ChangeWindowRules {
  private let environment: AdoptedEnvironment
  private let span: Range<Instant>

  init(_ environment: AdoptedEnvironment, over span: Range<Instant>) {
    self.environment = environment
    self.span = span
  }

  var findings: [Finding] {
    guard let window = environment.header.changeWindow else { return [] }
    return window.contradictions(
      of: "change window", over: span, in: environment.header.zone,
      at: environment.header.places["change window"])
  }
}

extension Hours {
  /// What these hours, written under `key`, cannot hold in `span`: days that daylight-saving time takes, openings that
  /// never come.
  public func contradictions(
    of key: String, over span: Range<Instant>, in zone: Zone, at place: Place?
  ) -> [Finding] {
    if !isOpen(at: span.lowerBound, in: zone),
      nextChange(after: span.lowerBound, in: zone).map({ $0 >= span.upperBound }) ?? true
    {
      return [
        Finding(
          "never-open", .critical, "`\(key)`: \(self) does not open in \(Contradictions.years) years",
          mend: "write hours that come, or `count: 0` where nothing is to run", at: place)
      ]
    }
    let lost = lostOpenings(from: span.lowerBound, to: span.upperBound, in: zone)
    guard let first = lost.first else { return [] }
    let more = lost.count == 1 ? "" : ", and on \(lost.count - 1) more days in \(Contradictions.years) years"
    return [
      Finding(
        "lost-opening", .warning, "`\(key)`: \(first)\(more)",
        mend: "let it begin before or end after the hour that the clocks skip", at: place)
    ]
  }
}
