/// A table that fits the terminal: columns as wide as their widest cell, the widest ones cut where all do not fit.
struct Table {
  struct Cell {
    var text: String
    var paint: Paint?

    init(_ text: String, _ paint: Paint? = nil) {
      self.text = text
      self.paint = paint
    }
  }

  private var rows: [[Cell]]
  private let gap = 2
  /// No column is cut below this: three letters and the sign that something is missing.
  private let narrowest = 4

  init(_ header: [String]) {
    rows = header.isEmpty ? [] : [header.map { Cell($0.uppercased(), .quiet) }]
  }

  mutating func add(_ cells: [Cell]) { rows.append(cells) }

  func text(on terminal: Terminal) -> String {
    let count = rows.map(\.count).max() ?? 0
    var widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].text.count : 0 }.max() ?? 0
    }
    if let width = terminal.width { fit(&widths, into: width) }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let text = cut(cell.text, to: widths[column])
        line += terminal.paint(text, cell.paint)
        if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - text.count + gap) }
      }
      return line
    }.joined(separator: "\n")
  }

  private func fit(_ widths: inout [Int], into width: Int) {
    var excess = widths.reduce(0, +) + gap * max(0, widths.count - 1) - width
    while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > narrowest
    {
      widths[widest] -= 1
      excess -= 1
    }
  }

  private func cut(_ text: String, to width: Int) -> String {
    text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
  }
}
