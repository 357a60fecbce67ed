import Calendar
import StatusAPI

extension Plot {
  /// A column for each day: what each environment cost, and the line that all of them together would have to keep below
  /// for their budgets to last the month.
  static func costs(_ body: ReportBody, _ words: ReportWords) -> Plot? {
    let priced = body.environments.filter { $0.cost != nil }
    let dates = Set(priced.flatMap { $0.days.map(\.date) }).sorted()
    guard dates.count > 1, !priced.isEmpty else { return nil }
    func cost(_ environment: ReportedEnvironment, _ date: String) -> Int {
      Int(environment.days.first { $0.date == date }?.cost?.microdollars ?? 0)
    }
    let sums = dates.map { date in priced.reduce(0) { $0 + cost($1, date) } }
    let share = priced.reduce(0) { $0 + Int($1.cost?.monthly.microdollars ?? 0) } / daysOfMonth
    let bottom = 190.0
    var drawing = Drawing(height: bottom + 50)
    // Cents: the ticks are whole amounts of them.
    let scale = Scale(most: max(1, (max(sums.max() ?? 0, share) + 9_999) / 10_000), top: 16, bottom: bottom)
    scale.draw(on: &drawing) { cents in
      "$\(cents / 100)" + (cents % 100 == 0 ? "" : ".\(cents % 100 / 10)\(cents % 10)")
    }
    let room = (Drawing.width - Drawing.left - Drawing.right) / Double(dates.count)
    let step = max(1, Int((64 / room).rounded(.up)))
    for (index, date) in dates.enumerated() {
      let x = Drawing.left + room * (Double(index) + 0.5)
      let width = min(46, room * 0.7)
      var below = 0
      for (number, environment) in priced.enumerated() {
        let amount = cost(environment, date)
        guard amount > 0 else { continue }
        let (low, high) = (scale.y(below / 10_000), scale.y((below + amount) / 10_000))
        let text = environment.days.first { $0.date == date }?.cost?.text ?? ""
        drawing.rectangle(
          series(number), x: x - width / 2, y: high, width: width, height: low - high,
          tip: "\(date) \(environment.name): \(text)")
        below += amount
      }
      if index % step == 0 {
        drawing.text(
          words.day(date), x: x, y: bottom + 16, .middle, style: "axis", room: room * Double(step))
      }
    }
    if share > 0 {
      let y = scale.y(share / 10_000)
      drawing.line("budget", x1: Drawing.left, y1: y, x2: Drawing.width - Drawing.right, y2: y)
    }
    var legend = priced.prefix(seriesMax).enumerated().map { (style: series($0), name: $1.name) }
    if priced.count > seriesMax { legend.append((style: "series other", name: "the others")) }
    if share > 0 { legend.append((style: "budgeted", name: "a day's share of the budgets")) }
    drawing.legend(legend, y: bottom + 40)
    return drawing.plot(
      title: "Cost by day",
      description: "A column for each day: what each environment cost by the prices that are written now. "
        + "The dashed line is a day's share of their budgets. The table below has the sums.")
  }

  /// A month has so many days, near enough for a line.
  private static let daysOfMonth = 30

  private static func series(_ number: Int) -> String {
    number < seriesMax ? "series s\(number)" : "series other"
  }
}
