import Fixtures
import Glibc
import Simulation

/// What many runs came to.
struct Figures {
  private var days = 0.0
  private var events = 0
  private var turns = 0
  private var incidents = 0
  private var runs = 0
  private var took = Duration.zero
  private var met: Set<String> = []

  /// What comes of a run, and for how long it had a core.
  static func timed(_ run: () -> Judgement) -> (Judgement, took: Duration) {
    let began = worked
    let judgement = run()
    return (judgement, worked - began)
  }

  mutating func add(_ judgement: Judgement, took: Duration) {
    self.took += took
    days += judgement.days
    events += judgement.log.count
    turns += judgement.turns
    incidents += judgement.incidents
    runs += 1
    met.formUnion(judgement.met.keys)
  }

  /// For how long this thread has had a core: others on the machine make no run slower.
  private static var worked: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  var years: Double { days / 365.2425 }

  /// The kinds of trouble that never came.
  var unmet: [String] { Occurrences.all.filter { !met.contains($0) } }

  private var yearsPerSecond: Double {
    let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
    return years / max(seconds, 0.001)
  }

  private var kindsMet: String { "\(Occurrences.all.count - unmet.count) of \(Occurrences.all.count)" }

  var table: String {
    """
    runs                       \(runs)
    simulated years            \(figure(years))
    simulated years/s, 1 core  \(figure(yearsPerSecond))
    incidents                  \(incidents)
    kinds of trouble met       \(kindsMet)
    events recorded            \(events)
    turns of the loop          \(turns)
    invariants                 \(Promises.all.count)
    faults that can be planted \(Plant.all.count)
    """
  }

  /// Tells them for the table at the end of `Tests/run`.
  func tell() {
    Figure.tell("simulated years", figure(years))
    Figure.tell("simulated years per second, one core", figure(yearsPerSecond))
    Figure.tell("simulated incidents", "\(incidents)")
    Figure.tell("simulated kinds of trouble met", kindsMet)
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
