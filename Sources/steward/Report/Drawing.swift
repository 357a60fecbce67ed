/// An SVG in the making. What things look like stands in the page's style, by class, so that one drawing serves light and
/// dark; every text is escaped here, and cut where the room for it ends.
struct Drawing {
  /// All drawings are this wide, in the units of their own coordinates.
  static let width = 960.0
  /// The room for labels on the left.
  static let left = 224.0
  /// What stays free on the right, for the last tick's label.
  static let right = 24.0
  /// The size of its letters, as the style says too.
  static let letters = 13.0

  var height: Double
  private var parts: [String] = []

  init(height: Double) { self.height = height }

  mutating func rectangle(
    _ style: String, x: Double, y: Double, width: Double, height: Double, tip: String? = nil
  ) {
    parts.append(
      "<rect class=\"\(style)\" x=\"\(x.short)\" y=\"\(y.short)\" width=\"\(width.short)\" height=\"\(height.short)\""
        + closing("rect", tip))
  }

  /// A box in the colour of a state or a series, with stripes or dots over the states that should worry somebody.
  mutating func box(
    _ style: String, x: Double, y: Double, width: Double, height: Double, tip: String? = nil
  ) {
    rectangle(style, x: x, y: y, width: width, height: height, tip: tip)
    let pattern = ["state degraded": "striped", "state waiting": "dotted", "state unknown": "dotted"][style]
    if let pattern { rectangle("pattern \(pattern)", x: x, y: y, width: width, height: height) }
  }

  mutating func line(_ style: String, x1: Double, y1: Double, x2: Double, y2: Double) {
    parts.append(
      "<line class=\"\(style)\" x1=\"\(x1.short)\" y1=\"\(y1.short)\" x2=\"\(x2.short)\" y2=\"\(y2.short)\"/>"
    )
  }

  mutating func circle(_ style: String, x: Double, y: Double, radius: Double, tip: String? = nil) {
    parts.append(
      "<circle class=\"\(style)\" cx=\"\(x.short)\" cy=\"\(y.short)\" r=\"\(radius.short)\""
        + closing("circle", tip))
  }

  mutating func path(_ style: String, _ points: [(x: Double, y: Double)], isClosed: Bool = false) {
    let steps = points.enumerated().map { "\($0 == 0 ? "M" : "L")\($1.x.short) \($1.y.short)" }
    parts.append("<path class=\"\(style)\" d=\"\(steps.joined())\(isClosed ? "Z" : "")\"/>")
  }

  enum Anchor: String { case start, middle, end }

  mutating func text(
    _ text: String, x: Double, y: Double, _ anchor: Anchor = .start, style: String = "label", room: Double
  ) {
    parts.append(
      "<text class=\"\(style)\" x=\"\(x.short)\" y=\"\(y.short)\" text-anchor=\"\(anchor.rawValue)\">"
        + Drawing.cut(text.plain, to: room).html + "</text>")
  }

  /// Little boxes and their names, in one row or as many as they need, from `y` on.
  mutating func legend(_ entries: [(style: String, name: String)], y: Double) {
    var (x, y) = (Drawing.left, y)
    for entry in entries {
      let width = 26 + Drawing.extent(entry.name) + 14
      if x + width > Drawing.width, x > Drawing.left { (x, y) = (Drawing.left, y + 20) }
      box(entry.style, x: x, y: y - 10, width: 16, height: 11)
      text(entry.name, x: x + 22, y: y, room: Drawing.width - x - 24)
      x += width
    }
    height = max(height, y + 8)
  }

  func plot(title: String, description: String) -> Plot {
    Plot(title: title, description: description, height: height, parts: parts.joined())
  }

  private func closing(_ name: String, _ tip: String?) -> String {
    tip.map { "><title>\($0.plain.html)</title></\(name)>" } ?? "/>"
  }

  /// About how wide a text is. Letters of which nobody knows the width are taken for wide ones.
  static func extent(_ text: String) -> Double {
    text.reduce(0) { $0 + ($1.isASCII ? 0.6 : 1.1) * letters }
  }

  /// The text, cut where the room for it ends.
  static func cut(_ text: String, to room: Double) -> String {
    guard extent(text) > room else { return text }
    var kept = ""
    for character in text where extent(kept + "\(character)…") <= room { kept.append(character) }
    return kept + "…"
  }
}

/// A finished drawing, and what it shows for those who cannot see it.
struct Plot {
  let title: String
  let description: String
  let height: Double
  let parts: String
}

extension Double {
  /// With one digit behind the point, and none where it is a zero: a tenth of a unit is finer than any screen.
  var short: String {
    let tenths = Int((self * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    return sign + "\(abs(tenths) / 10)" + (tenths % 10 == 0 ? "" : ".\(abs(tenths) % 10)")
  }
}

extension String {
  /// The text as it stands in HTML and SVG, between tags and in quoted attributes alike.
  var html: String {
    var escaped = ""
    for character in unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
