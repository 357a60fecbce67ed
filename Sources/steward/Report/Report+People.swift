import Calendar
import StatusAPI

/// What people did and were refused, what else happened, and what comes.
extension Report {
  var deeds: Chapter? {
    guard !body.deeds.isEmpty else { return nil }
    let rows = body.deeds.reversed().map { deed -> [Cell] in
      [.whole(words.moment(deed.at)), .whole(deed.actor), .whole(deed.scope ?? "–"), Cell(deed.message)]
    }
    return Chapter(title: "What people asked for", table: Rows(["when", "who", "of what", "what"], rows))
  }

  var refusals: Chapter? {
    guard !body.refusals.isEmpty else { return nil }
    let rows = body.refusals.map { refusal -> [Cell] in
      [
        .whole(refusal.actor), Cell(refusal.message), Cell(refusal.times),
        .whole(words.moment(refusal.lastAt)),
      ]
    }
    return Chapter(title: "What was refused", table: Rows(["to whom", "what", "times", "last"], rows))
  }

  var notes: Chapter? {
    guard !body.notes.isEmpty else { return nil }
    let rows = body.notes.reversed().map { note -> [Cell] in
      [
        .whole(words.moment(note.at)),
        Cell(note.message, tone: note.severity == "info" ? nil : note.severity),
      ]
    }
    return Chapter(title: "What else happened", table: Rows(["when", "what"], rows))
  }

  var coming: Chapter? {
    let lines = body.coming.lines
    let until = words.date(body.coming.to)
    guard !lines.isEmpty else {
      return Chapter(title: "What comes", lead: ["Nothing will happen by itself until \(until)."])
    }
    let rows = lines.map { line -> [Cell] in
      [
        .whole(words.moment(line.at)), .whole(line.scope ?? "–"),
        Cell(
          (line.kind == "intended" ? line.message : "\(line.kind): \(line.message)") + again(line),
          tone: line.severity == "info" ? nil : line.severity), .whole(line.risk ?? "–"),
      ]
    }
    var chapter = Chapter(
      title: "What comes",
      lead: ["What will happen by itself until \(until), if nobody does anything and every action takes."],
      plot: .coming(body, words), table: Rows(["when", "of what", "what", "risk"], rows))
    chapter.table?.leftOut += body.coming.linesLeftOut
    if !body.coming.costs.isEmpty {
      let costs = body.coming.costs.map { "\($0.environment) \($0.total.text)" }.joined(separator: ", ")
      chapter.lead.append("By the written prices that will cost: \(costs).")
    }
    return chapter
  }
  private func again(_ line: ForecastLine) -> String {
    line.count > 1 ? " (\(line.count) times, the last \(words.moment(line.last)))" : ""
  }
}
