import Calendar
import StatusAPI

/// The report as one page that needs nothing but itself: for a mail, a wiki, a wall.
extension Report {
  var page: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(title.plain.html)</title>
    <style>
    \(Report.style)
    </style>
    </head>
    <body>
    \(Report.patterns)
    <header>
    <p class="kicker">Steward report</p>
    <h1>\(title.plain.html)</h1>
    <ul class="summary">
    \(summary.map { "<li>\($0.plain.html)</li>" }.joined(separator: "\n"))
    </ul>
    \(figures)
    </header>
    <main>
    \(chapters.enumerated().map { section($1, number: $0 + 1) }.joined(separator: "\n"))
    </main>
    <footer>Made \(words.moment(body.at)) \(words.zone.name.html) from \(words.count(body.events, "event")).</footer>
    </body>
    </html>

    """
  }

  /// The week at a glance.
  private var figures: String {
    let done = body.environments.flatMap(\.work).reduce(0) { $0 + $1.done }
    let failed = body.environments.flatMap(\.work).reduce(0) { $0 + $1.failed }
    let open = body.findings.filter(\.isOpen).count
    let waiting = body.waits.filter { $0.to == nil }.count
    let tiles: [(Int, String, Bool)] = [
      (done, done == 1 ? "action done" : "actions done", false), (failed, "failed", failed > 0),
      (open, "not as written now", open > 0), (waiting, "waiting now", waiting > 0),
      (body.refusals.reduce(0) { $0 + $1.times }, "refused", false),
    ]
    return "<dl class=\"figures\">"
      + tiles.map { number, name, isBad in
        "<div\(isBad ? " class=\"bad\"" : "")><dt>\(name)</dt><dd>\(number)</dd></div>"
      }.joined() + "</dl>"
  }

  private func section(_ chapter: Chapter, number: Int) -> String {
    let lead = chapter.lead.map { "<p>\($0.plain.html)</p>" }.joined()
    return """
      <section aria-labelledby="c\(number)">
      <h2 id="c\(number)">\(chapter.title.html)</h2>
      \(lead)\(chapter.plot.map { figure($0, number: number) } ?? "")\(chapter.table.map { table($0, chapter.title) } ?? "")
      </section>
      """
  }

  private func figure(_ plot: Plot, number: Int) -> String {
    """
    <figure class="scroll"><svg viewBox="0 0 \(Drawing.width.short) \(plot.height.short)" role="img" \
    aria-labelledby="p\(number)t p\(number)d"><title id="p\(number)t">\(plot.title.html)</title>\
    <desc id="p\(number)d">\(plot.description.html)</desc>\(plot.parts)</svg></figure>
    """
  }

  private func table(_ table: Rows, _ caption: String) -> String {
    let numbers = table.header.indices.map { column in
      !table.rows.isEmpty && table.rows.allSatisfy { $0[column].isNumber }
    }
    let header = zip(table.header, numbers).map { name, isNumber in
      "<th scope=\"col\"\(isNumber ? " class=\"number\"" : "")>\(name.html)</th>"
    }.joined()
    let rows = table.rows.map { row in
      "<tr>" + zip(row, numbers).map { cell($0, isNumber: $1) }.joined() + "</tr>"
    }.joined(separator: "\n")
    let rest = table.leftOut > 0 ? "<p class=\"rest\">and \(table.leftOut) more</p>" : ""
    return """
      <div class="scroll" tabindex="0" role="group" aria-label="\(caption.html)"><table>
      <thead><tr>\(header)</tr></thead>
      <tbody>
      \(rows)
      </tbody></table></div>\(rest)
      """
  }

  private func cell(_ cell: Cell, isNumber: Bool) -> String {
    let text = cell.text.plain.html
    let content = cell.tone.map { "<span class=\"tone \($0.plain.html)\">\(text)</span>" } ?? text
    let style = isNumber ? " class=\"number\"" : cell.isWhole ? " class=\"whole\"" : ""
    return "<td\(style)>\(content)</td>"
  }
}
