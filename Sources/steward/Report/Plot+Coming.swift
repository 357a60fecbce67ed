import Calendar
import StatusAPI

extension Plot {
  private static let row = 30.0

  /// A calendar of what comes: a row for each environment, a mark for each action and each finding.
  static func coming(_ body: ReportBody, _ words: ReportWords) -> Plot? {
    let lines = body.coming.lines
    let names = Array(Set(lines.compactMap { environment($0) }).sorted().prefix(rowsMax))
    guard !names.isEmpty else { return nil }
    let axis = TimeAxis(from: body.coming.from, to: body.coming.to, zone: words.zone)
    let bottom = 8 + row * Double(names.count)
    var drawing = Drawing(height: bottom + 48)
    axis.draw(on: &drawing, from: 4, to: bottom)
    for (index, name) in names.enumerated() {
      let middle = 8 + row * (Double(index) + 0.5)
      drawing.text(name, x: Drawing.left - 12, y: middle + 4, .end, room: Drawing.left - 16)
      drawing.line("base", x1: Drawing.left, y1: middle, x2: Drawing.width - Drawing.right, y2: middle)
      for line in lines where environment(line) == name {
        drawing.circle(
          "mark \(kind(line))", x: axis.x(line.at), y: middle, radius: 5,
          tip: "\(words.moment(line.at)) \(line.scope ?? "") \(line.message)")
      }
    }
    let shown = ["safe", "disruptive", "destructive", "news"].filter { kind in
      lines.contains { self.kind($0) == kind }
    }
    drawing.legend(shown.map { ("mark \($0)", $0 == "news" ? "findings and waits" : $0) }, y: bottom + 40)
    return drawing.plot(
      title: "What comes",
      description:
        "A row for each environment, a mark for each action that will be due, coloured by its risk. "
        + "The table below says what they are.")
  }

  private static func environment(_ line: ForecastLine) -> String? {
    line.scope.map { String($0.prefix { $0 != "/" }) }
  }

  private static func kind(_ line: ForecastLine) -> String { line.risk ?? "news" }
}
