import Calendar
import StatusAPI

/// What was: how the environments stood, what was done, ran, waited, was wrong and failed.
extension Report {
  /// The states in the order in which they should worry somebody, and what they mean.
  static let states: [(name: String, meaning: String)] = [
    ("ready", "as written"), ("closed", "off, as written"), ("waiting", "waits for somebody or a window"),
    ("degraded", "not as written"), ("unknown", "could not be looked at"), ("stopped", "no daemon ran"),
    ("absent", "not kept"),
  ]

  var standing: Chapter? {
    guard !body.environments.isEmpty else { return nil }
    let shown = Report.states.filter { state in
      body.environments.contains { $0.states.contains { $0.state == state.name } }
    }
    let hasPurposes = body.environments.contains { !$0.purpose.isEmpty }
    let rows = body.environments.map { environment in
      let whole = environment.states.reduce(0) { $0 + seconds($1) }
      return [Cell.whole(environment.name)]
        + shown.map { state in
          let part = environment.states.filter { $0.state == state.name }.reduce(0) { $0 + seconds($1) }
          return share(part, of: whole, tone: state.name)
        } + (hasPurposes ? [Cell(environment.purpose)] : [])
    }
    return Chapter(
      title: "How the environments stood",
      lead: [shown.map { "\($0.name): \($0.meaning)" }.joined(separator: "; ") + "."],
      plot: .states(body, words),
      table: Rows(["environment"] + shown.map(\.name) + (hasPurposes ? ["for"] : []), rows))
  }

  private func seconds(_ state: ReportedState) -> Int64 {
    state.from.distance(to: state.to).components.seconds
  }

  private func share(_ part: Int64, of whole: Int64, tone: String) -> Cell {
    guard part > 0, whole > 0 else { return "–" }
    let percent = part * 100 / whole
    return .whole("\(percent == 0 ? "<1" : "\(percent)") %, \(words.length(seconds: part))", tone: tone)
  }

  var work: Chapter? {
    let rows = body.environments.flatMap { environment in
      environment.work.map { work -> [Cell] in
        [
          .whole(environment.name), .whole(work.controller), .whole(work.verb), Cell(work.done),
          Cell(work.failed), Cell("\(words.moment(work.lastAt)): \(work.last)"),
        ]
      }
    }
    guard !rows.isEmpty else { return Chapter(title: "What was done", lead: ["Nothing had to be done."]) }
    return Chapter(
      title: "What was done", plot: .days(body, words),
      table: Rows(["environment", "section", "action", "done", "failed", "the last one"], rows))
  }

  var running: Chapter? {
    let usages = body.environments.flatMap(\.usages)
    guard !usages.isEmpty else { return nil }
    let rows = usages.map { usage -> [Cell] in
      let counts = usage.points.map(\.quantity)
      let used = zip(usage.points, usage.points.dropFirst().map(\.at) + [body.to]).reduce(Int64(0)) {
        $0 + $1.0.quantity * max($1.0.at, body.from).distance(to: $1.1).components.seconds
      }
      return [
        .whole(usage.resource), Cell(Int(counts.min() ?? 0)), Cell(Int(counts.max() ?? 0)),
        Cell(Int(counts.last ?? 0)), .whole("\(used / 3600) h"),
      ]
    }
    return Chapter(
      title: "What ran", plot: .usages(body, words),
      table: Rows(["what", "fewest", "most", "at the end", "in all"], rows))
  }

  var costs: Chapter? {
    let priced = body.environments.compactMap { environment in environment.cost.map { (environment, $0) } }
    guard !priced.isEmpty else { return nil }
    let rows = priced.map { environment, cost -> [Cell] in
      let month = cost.months.first
      return [
        .whole(environment.name), .whole(cost.total.text),
        Cell(cost.items.map { "\($0.name) \($0.amount.text) (\($0.price))" }.joined(separator: ", ")),
        month.map { .whole("\($0.amount.text) in \($0.month)", tone: $0.isOver ? "degraded" : nil) } ?? "–",
        .whole(cost.monthly.text),
      ]
    }
    return Chapter(
      title: "What it cost", plot: .costs(body, words),
      table: Rows(["environment", "cost", "of which", "the month by its end", "its budget"], rows))
  }

  var waiting: Chapter? {
    guard !body.waits.isEmpty else { return nil }
    let rows = body.waits.map { wait -> [Cell] in
      let isOver = wait.to != nil
      let ended =
        wait.approvedBy.isEmpty
        ? (isOver ? "over" : wait.endedBy) : "approved by \(wait.approvedBy.joined(separator: ", "))"
      return [
        .whole(wait.scope), Cell(wait.message), .whole(words.moment(wait.from)),
        .whole(words.length(wait, until: body.to), tone: isOver ? nil : "waiting"),
        Cell(isOver ? ended : "still waits: \(ended)"),
      ]
    }
    return Chapter(
      title: "What waited, and for whom", table: Rows(["what", "for what", "since", "for", "ended by"], rows))
  }

  var findings: Chapter? {
    guard !body.findings.isEmpty else { return nil }
    let rows = body.findings.map { finding -> [Cell] in
      let times = finding.times > 1 ? ", \(finding.times) times" : ""
      return [
        .whole(finding.severity, tone: finding.severity), .whole(finding.scope),
        Cell(finding.message + (finding.place.map { " (\($0))" } ?? "")),
        .whole(words.moment(finding.from)), .whole(words.length(seconds: finding.seconds) + times),
        finding.isOpen
          ? Cell("stands; \(finding.mend)", tone: "degraded") : "mended",
      ]
    }
    return Chapter(
      title: "What was not as written", table: Rows(["", "what", "how", "since", "for", "now"], rows))
  }

  var failures: Chapter? {
    guard !body.failures.isEmpty else { return nil }
    let rows = body.failures.map { failure -> [Cell] in
      [
        .whole(failure.scope), Cell(failure.message), Cell(failure.times), .whole(words.moment(failure.to)),
        failure.doneAt.map { .whole("done \(words.moment($0))") }
          ?? Cell("not done since", tone: failure.severity),
      ]
    }
    return Chapter(title: "What failed", table: Rows(["what", "how", "times", "last", "and then"], rows))
  }
}
