/// What happened, as a fingerprint over all of it and the last lines for people.
struct Trace: Sendable {
  private(set) var fingerprint = Fingerprint()
  private var lines: [(at: Duration, line: String)] = []
  /// Kept for the report of a failure.
  static let linesMax = 60

  mutating func note(_ moment: Duration, _ line: @autoclosure () -> String) {
    let line = line()
    fingerprint.add(moment.microseconds)
    fingerprint.add(line)
    lines.append((moment, line))
    if lines.count > 4 * Trace.linesMax { lines.removeFirst(3 * Trace.linesMax) }
  }

  var last: [String] { lines.suffix(Trace.linesMax).map { "\(Trace.words($0.at))  \($0.line)" } }

  /// `12d 03:04:05.678`.
  static func words(_ moment: Duration) -> String {
    let milliseconds = moment.microseconds / 1000
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let seconds = milliseconds / 1000
    let fraction = String("00\(milliseconds % 1000)".suffix(3))
    return
      "\(seconds / 86_400)d \(two(seconds / 3_600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60)).\(fraction)"
  }
}
