import Calendar
import Host

/// How many fires a second of `Mon..Fri 08:00 Europe/Berlin` can be found: a forecast asks for little else.
let calendarFires = Benchmark(
  name: "calendar", title: "fires of Mon..Fri 08:00 Europe/Berlin", unit: "fires/s",
  goals: [.value(.atLeast(700_000)), .ratio(.atLeast(1))],
  plausible: 10...100_000_000, rounds: 7
) { _, effort in
  let reference = Reference.path("calendar.py")
  // From 2026 to 2180: systemd's calendars, and so Steward's, end with the year 2199.
  let (passes, fires) = (effort.of(5, smoke: 1), effort.of(40_000, smoke: 1_000))
  return [
    Contestant("steward's calendar") {
      let zone = try SystemZones.database.zone("Europe/Berlin")
      let expression = try CalendarExpression("Mon..Fri 08:00 Europe/Berlin", zones: SystemZones.database)
      let began = ContinuousClock.now
      for _ in 0..<passes {
        var at = Instant(microseconds: 1_767_225_600_000_000)
        for _ in 0..<fires {
          guard let next = expression.next(after: at, in: zone) else {
            throw Program.Failed(description: "no fire after \(at)")
          }
          at = next
        }
      }
      return Double(passes * fires) / (began.duration(to: .now) / .seconds(1))
    },
    Contestant("python3 zoneinfo, stepping by hand") {
      try Program.figure(["/usr/bin/python3", reference, "\(passes)", "\(fires)"])
    },
    Contestant("systemd-analyze calendar") {
      let iterations = effort.of(2_000, smoke: 100)
      let took = try Program.seconds(
        ["systemd-analyze", "calendar", "--iterations=\(iterations)", "Mon..Fri 08:00 Europe/Berlin"])
      return Double(iterations) / took
    },
  ]
}
