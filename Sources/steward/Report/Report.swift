import Calendar
import StatusAPI

/// A report as people read it: chapters in order, each with a few words, perhaps a plot, and a table. ``markdown`` and
/// ``page`` print the same chapters.
struct Report {
  let body: ReportBody
  let title: String
  let words: ReportWords

  /// One part of a report.
  struct Chapter {
    var title: String
    var lead: [String] = []
    var plot: Plot?
    var table: Rows?
  }

  /// A table: its header and its rows, and how many rows were left out.
  struct Rows {
    var header: [String]
    var rows: [[Cell]]
    var leftOut = 0

    init(_ header: [String], _ rows: [[Cell]], max: Int = Rows.max) {
      self.header = header
      self.rows = Array(rows.prefix(max))
      leftOut = rows.count - self.rows.count
    }

    /// More than this is a log, not a report.
    static let max = 50
  }

  /// One cell; `tone` is the state or severity that it should look like.
  struct Cell: ExpressibleByStringInterpolation {
    var text: String
    var tone: String?
    var isNumber = false
    /// Whether it is short and reads badly when broken: a moment, a name.
    var isWhole = false

    init(stringLiteral value: String) { text = value }
    init(_ text: String, tone: String? = nil) {
      self.text = text
      self.tone = tone
    }
    /// A count.
    init(_ number: Int) {
      text = "\(number)"
      isNumber = true
    }
    /// A moment, a length, a name.
    static func whole(_ text: String, tone: String? = nil) -> Cell {
      var cell = Cell(text, tone: tone)
      cell.isWhole = text.count <= 40
      return cell
    }
  }

  init(_ body: ReportBody, only environment: String?, in zone: Zone) {
    self.body = body
    words = ReportWords(zone: zone, body: body)
    title = "\(environment ?? "All environments"), \(words.date(body.from)) to \(words.date(body.to))"
  }

  /// What is told, the empty parts left out.
  var chapters: [Chapter] {
    [standing, work, running, costs, waiting, findings, failures, deeds, refusals, notes, coming].compactMap(
      \.self)
  }

  /// The whole in a few sentences, the most important first.
  var summary: [String] {
    let work = body.environments.flatMap(\.work)
    let done = work.reduce(0) { $0 + $1.done }
    let failed = work.reduce(0) { $0 + $1.failed }
    let unmended = body.failures.filter { $0.doneAt == nil }.count
    let open = body.findings.filter(\.isOpen)
    let waiting = body.waits.filter { $0.to == nil }
    var lines: [String] = []
    lines.append(
      open.isEmpty
        ? "Nothing needs anybody's hand now."
        : "\(words.count(open.count, "thing")) \(open.count == 1 ? "is" : "are") not as written now: "
          + open.prefix(3).map { "\($0.scope) (\($0.message))" }.joined(separator: "; ")
          + (open.count > 3 ? "; and \(open.count - 3) more." : "."))
    if let longest = waiting.first {
      lines.append(
        "\(words.count(waiting.count, "action")) \(waiting.count == 1 ? "waits" : "wait") for somebody, the longest "
          + "for \(words.length(longest, until: body.to)): \(longest.endedBy).")
    }
    lines.append(
      "\(words.count(done, "action")) \(done == 1 ? "was" : "were") done"
        + (failed == 0
          ? ", none failed."
          : ", \(failed) failed"
            + (unmended == 0
              ? ", all of them were done after all." : "; \(unmended) kinds of them were not done since."))
    )
    if !body.refusals.isEmpty {
      let times = body.refusals.reduce(0) { $0 + $1.times }
      lines.append("\(words.count(times, "request")) \(times == 1 ? "was" : "were") refused.")
    }
    if let next = body.coming.lines.first {
      lines.append(
        "Next: \(words.moment(next.at)) \(next.scope.map { "\($0) " } ?? "")\(next.message).")
    }
    if body.isCutOff { lines.append("There were more events than one report reads: the end is missing.") }
    return lines
  }
}
