extension FireSearch {
  /// Whether the search came out before where it began: the clock moved a skipped reading back.
  var isStuck: Bool {
    let local = local
    return local < origin.local || (local == origin.local && microsecond < origin.microsecond)
  }

  var dayNumber: Int { CivilDate.days(year: year, month: month, day: day) }

  /// The reading in seconds since 1970-01-01 00:00 on the wall; fields may lie beyond their range.
  var local: Int64 { local(day: day) }

  func local(day: Int) -> Int64 {
    let (years, month0) = month <= 12 ? (0, month) : ((month - 1) / 12, (month - 1) % 12 + 1)
    let days = CivilDate.days(year: year + years, month: month0, day: day)
    return Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
  }

  mutating func read(local: Int64) {
    let days = local.flooredQuotient(86_400)
    let rest = Int(local - days * 86_400)
    let date = CivilDate(daysSinceEpoch: Int(days))
    (year, month, day) = (date.year, date.month, date.day)
    (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
  }

  /// Brings a reading that a carry left, like 25:00, into its range, and out of a gap.
  mutating func normalize() {
    if stands && saving == nil { return }
    let instant = clock.instant(of: local, saving: saving)
    read(local: instant + clock.offset(at: instant))
    clock.restart(at: instant)
    saving = keepsSaving ? clock.isSaving(at: instant) : nil
    stands = true
  }

  /// Whether the reading exists (`goOn`) or had to be carried forward (`again`); nil if the clock went back.
  mutating func settle() -> Step? {
    if stands { return .goOn }
    guard year <= CalendarField.year.range.upperBound else { return nil }
    let wanted = local
    let instant = clock.instant(of: wanted, saving: saving)
    let shown = instant + clock.offset(at: instant)
    if shown == wanted && isInRange {
      stands = true
      return .goOn
    }
    let before = (year, month, day, hour, minute, second)
    var after = self
    after.read(local: shown)
    let now = (after.year, after.month, after.day, after.hour, after.minute, after.second)
    guard now > before else { return nil }
    self = after
    // Only the field that moved counts; the one below starts anew, or a fire there would be missed.
    if year != before.0 {
      month = 1
    } else if month != before.1 {
      day = 1
    } else if day != before.2 {
      hour = 0
    } else if hour != before.3 {
      minute = 0
    } else if minute != before.4 {
      second = 0
    }
    // Without overflows the field that moved is in the same stretch, and needs no telling.
    saving = overflows ? clock.isSaving(at: instant) : nil
    stands = false
    return .again
  }

  private var isInRange: Bool {
    month <= 12 && hour <= 23 && minute <= 59 && second <= 59
      && (day <= 28 || day <= CivilDate.dayCount(ofMonth: month, in: year))
  }
}
