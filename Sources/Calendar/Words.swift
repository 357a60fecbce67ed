extension Zone {
  /// The moment as this zone's clocks show it to a person: `Mon 2026-11-23 07:00`, with seconds only where there are any.
  public func words(for instant: Instant) -> String {
    let civil = civil(at: instant)
    let seconds = civil.second == 0 ? "" : ":\(twoDigits(civil.second))"
    return "\(civil.date.weekday) \(civil.date) \(twoDigits(civil.hour)):\(twoDigits(civil.minute))\(seconds)"
  }

  /// The same to the minute and without the weekday, for narrow places: `2026-11-23 07:00`.
  public func minuteWords(for instant: Instant) -> String {
    let civil = civil(at: instant)
    return "\(civil.date) \(twoDigits(civil.hour)):\(twoDigits(civil.minute))"
  }

  private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension TimeSpan {
  /// The span as people write a period: whole days as days, `90d`, where the description says `12w 6d` as systemd does.
  public var inDays: String {
    let (seconds, rest) = duration.components
    guard months == 0, rest == 0, seconds > 0, seconds % 86_400 == 0 else { return description }
    return "\(seconds / 86_400)d"
  }
}

extension Duration {
  /// The length in its largest whole unit, as people say an age: `12d`, `5h`, `3min`, `8s`; what is negative is `0s`.
  public var inOneUnit: String {
    let seconds = max(0, components.seconds)
    for (unit, size) in [("d", Int64(86_400)), ("h", 3600), ("min", 60)] where seconds >= size {
      return "\(seconds / size)\(unit)"
    }
    return "\(seconds)s"
  }
}
