import Calendar
import StatusAPI

extension Plot {
  /// More rows than this are a wall, not a plot; the table below has them all.
  static let rowsMax = 16
  private static let row = 30.0

  /// A bar for each environment: how it stood over time.
  static func states(_ body: ReportBody, _ words: ReportWords) -> Plot? {
    let shown = Array(body.environments.prefix(rowsMax))
    guard !shown.isEmpty else { return nil }
    let axis = TimeAxis(from: body.from, to: body.to, zone: words.zone)
    let bottom = 8 + row * Double(shown.count)
    var drawing = Drawing(height: bottom + 48)
    axis.draw(on: &drawing, from: 4, to: bottom)
    for (index, environment) in shown.enumerated() {
      let top = 8 + row * Double(index)
      drawing.text(environment.name, x: Drawing.left - 12, y: top + 17, .end, room: Drawing.left - 16)
      for state in environment.states where state.state != "absent" {
        let (start, end) = (axis.x(state.from), axis.x(state.to))
        drawing.box(
          "state \(state.state)", x: start, y: top + 3, width: max(end - start, 0.5), height: row - 9,
          tip:
            "\(environment.name) \(state.state) from \(words.moment(state.from)) to \(words.moment(state.to))"
        )
      }
    }
    let names = Report.states.map(\.name).filter { name in
      name != "absent" && shown.contains { $0.states.contains { $0.state == name } }
    }
    drawing.legend(names.map { ("state \($0)", $0) }, y: bottom + 40)
    return drawing.plot(
      title: "How the environments stood",
      description: "A bar for each environment from \(words.moment(body.from)) to \(words.moment(body.to)), "
        + "coloured by its state. The table below has the shares.")
  }

  /// A column for each day: how many actions were done in which environment, and how many failed.
  static func days(_ body: ReportBody, _ words: ReportWords) -> Plot? {
    let dates = Set(body.environments.flatMap { $0.days.map(\.date) }).sorted()
    let shown = busiest(body.environments)
    guard dates.count > 1, !shown.isEmpty else { return nil }
    var columns: [[(style: String, count: Int, tip: String)]] = []
    for date in dates {
      var column: [(String, Int, String)] = []
      for (index, environment) in shown.enumerated() {
        guard let day = environment.days.first(where: { $0.date == date }) else { continue }
        column.append(("series s\(index)", day.done, "\(date) \(environment.name): \(day.done) done"))
      }
      let days = body.environments.flatMap { $0.days.filter { $0.date == date } }
      let rest = days.reduce(0) { $0 + $1.done } - column.reduce(0) { $0 + $1.1 }
      let failed = days.reduce(0) { $0 + $1.failed }
      column.append(("series other", rest, "\(date) the others: \(rest) done"))
      column.append(("state degraded", failed, "\(date): \(failed) failed"))
      columns.append(column)
    }
    let bottom = 190.0
    var drawing = Drawing(height: bottom + 50)
    let most = max(1, columns.map { $0.reduce(0) { $0 + $1.count } }.max() ?? 1)
    let scale = Scale(most: most, top: 16, bottom: bottom)
    scale.draw(on: &drawing)
    let room = (Drawing.width - Drawing.left - Drawing.right) / Double(columns.count)
    let step = max(1, Int((64 / room).rounded(.up)))
    for (index, column) in columns.enumerated() {
      let x = Drawing.left + room * (Double(index) + 0.5)
      var below = 0
      for part in column where part.count > 0 {
        let (low, high) = (scale.y(below), scale.y(below + part.count))
        let width = min(46, room * 0.7)
        drawing.box(part.style, x: x - width / 2, y: high, width: width, height: low - high, tip: part.tip)
        below += part.count
      }
      if index % step == 0 {
        drawing.text(
          words.day(dates[index]), x: x, y: bottom + 16, .middle, style: "axis",
          room: room * Double(step))
      }
    }
    var legend = shown.enumerated().map { (style: "series s\($0)", name: $1.name) }
    if columns.contains(where: { $0.contains { $0.style == "series other" && $0.count > 0 } }) {
      legend.append(("series other", "the others"))
    }
    if columns.contains(where: { ($0.last?.count ?? 0) > 0 }) { legend.append(("state degraded", "failed")) }
    drawing.legend(legend, y: bottom + 40)
    return drawing.plot(
      title: "Actions by day",
      description:
        "A column for each day: the actions that were done, by environment, and those that failed. "
        + "At most \(most) on one day. The table below has them by section and kind.")
  }

  /// As many colours as can be told apart.
  static let seriesMax = 6

  private static func busiest(_ environments: [ReportedEnvironment]) -> [ReportedEnvironment] {
    func done(_ environment: ReportedEnvironment) -> Int { environment.days.reduce(0) { $0 + $1.done } }
    let chosen = Set(environments.sorted { done($0) > done($1) }.prefix(seriesMax).map(\.name))
    return environments.filter { chosen.contains($0.name) && done($0) > 0 }
  }

  /// A line for each thing that is counted: how many were in use over time.
  static func usages(_ body: ReportBody, _ words: ReportWords) -> Plot? {
    let shown = Array(body.environments.flatMap(\.usages).prefix(rowsMax))
    guard !shown.isEmpty else { return nil }
    let axis = TimeAxis(from: body.from, to: body.to, zone: words.zone)
    let row = 46.0
    let bottom = 8 + row * Double(shown.count)
    var drawing = Drawing(height: bottom + 24)
    axis.draw(on: &drawing, from: 4, to: bottom)
    for (index, usage) in shown.enumerated() {
      let floor = 8 + row * Double(index + 1) - 8
      let most = max(1, usage.points.map(\.quantity).max() ?? 1)
      drawing.text(usage.resource, x: Drawing.left - 12, y: floor - 12, .end, room: Drawing.left - 16)
      drawing.text("at most \(most)", x: Drawing.left - 12, y: floor + 3, .end, style: "axis", room: 120)
      func y(_ quantity: Int64) -> Double { floor - (row - 14) * Double(quantity) / Double(most) }
      var points: [(x: Double, y: Double)] = []
      for point in usage.points {
        let x = axis.x(point.at)
        if let last = points.last { points.append((x, last.y)) }
        points.append((x, y(point.quantity)))
      }
      guard let first = points.first, let last = points.last else { continue }
      points.append((axis.x(body.to), last.y))
      drawing.path(
        "area", [(first.x, floor)] + points + [(axis.x(body.to), floor)], isClosed: true)
      drawing.path("curve", points)
      drawing.line(
        "base", x1: Drawing.left, y1: floor, x2: Drawing.width - Drawing.right, y2: floor)
    }
    return drawing.plot(
      title: "How many were in use",
      description:
        "A line for each thing that is counted, from none up to the most of it that were in use at once. "
        + "The table below has the figures.")
  }
}

/// Counts along the height of a drawing.
struct Scale {
  let most: Int
  let top: Double
  let bottom: Double

  func y(_ count: Int) -> Double { bottom - (bottom - top) * Double(count) / Double(most) }

  /// The counts at which a line is drawn: 1, 2 or 5 times a power of ten apart, so that there are three to six.
  private var step: Int {
    var power = 1
    while true {
      for factor in [1, 2, 5] where most / (factor * power) <= 5 { return factor * power }
      power *= 10
    }
  }

  func draw(on drawing: inout Drawing, _ label: (Int) -> String = { "\($0)" }) {
    for count in stride(from: 0, through: most, by: step) {
      let y = y(count)
      drawing.line(
        count == 0 ? "base" : "tick", x1: Drawing.left, y1: y, x2: Drawing.width - Drawing.right, y2: y)
      drawing.text(label(count), x: Drawing.left - 12, y: y + 4, .end, style: "axis", room: 120)
    }
  }
}
