import Simulation

/// What many runs came to.
struct Figures {
  private var days = 0.0
  private var events = 0
  private var turns = 0
  private var incidents = 0
  private var runs = 0
  private var took = Duration.zero

  mutating func measure(_ run: () -> Judgement) -> Judgement {
    let clock = ContinuousClock()
    let began = clock.now
    let judgement = run()
    took += clock.now - began
    days += judgement.days
    events += judgement.log.count
    turns += judgement.turns
    incidents += judgement.incidents
    runs += 1
    return judgement
  }

  var table: String {
    let years = days / 365.2425
    let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
    return """
      runs                      \(runs)
      simulated years           \(figure(years))
      simulated years/s, 1 core \(figure(years / max(seconds, 0.001)))
      incidents                 \(incidents)
      events recorded           \(events)
      turns of the loop         \(turns)
      invariants                \(Promises.all.count)
      faults that can be planted \(Plant.all.count)
      """
  }

  private func figure(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    return "\(hundredths / 100).\(String("0\(hundredths % 100)".suffix(2)))"
  }
}

extension Judgement {
  /// How long the run lasted.
  var days: Double { Double(length.components.seconds) / 86_400 }

  /// The run in one line.
  var line: String {
    "\(violation == nil ? "held" : "BROKEN") for \(Int(days)) days, \(incidents) incidents, \(log.count) events, "
      + "trace \(String(fingerprint, radix: 16))"
  }
}
