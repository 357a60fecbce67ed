import StatusAPI

/// What a piece of text means; who shows it decides on the colour.
public enum Tone: Sendable, Hashable {
  case good, caution, bad, quiet, strong

  /// That of a finding's or an event's severity.
  init?(severity: String) {
    switch severity {
    case "critical": self = .bad
    case "warning": self = .caution
    case "notice": self = .strong
    default: return nil
    }
  }
}

/// An explanation: a heading, and lines with a label each, in sections.
public struct Page: Sendable {
  private struct Line: Sendable {
    var label: String
    var text: String
    var place: String?
    var tone: Tone?
  }

  private let subject: String
  private let heading: String
  private var lines: [Line] = []

  /// A page about `subject`, whose heading says how it stands.
  init(_ subject: String, _ heading: String) {
    self.subject = subject
    self.heading = heading
  }

  mutating func add(_ label: String, _ text: String, _ place: PlaceBody? = nil, _ tone: Tone? = nil) {
    lines.append(
      Line(label: label, text: text, place: place.map { "\($0.file):\($0.line)" }, tone: tone))
  }

  /// No line of text is made narrower than this, however narrow the terminal is.
  private static let narrowest = 30

  /// The page as text: wrapped below itself where `width` says how wide the terminal is.
  public func text(width: Int? = nil, paint: (String, Tone?) -> String = { text, _ in text }) -> String {
    let labels = lines.map(\.label.count).max() ?? 0
    let margin = 2 + labels + 2
    let room = width.map { max($0 - margin, Page.narrowest) }
    var rows = ["\(paint(subject, .strong)): \(heading)"]
    for line in lines {
      var parts = line.text.wrapped(to: room)
      var place = ""
      if let written = line.place {
        // A place that no longer fits stands on a line of its own, so that a click on it still finds the file.
        if let room, (parts.last?.count ?? 0) + 2 + written.count > room { parts.append("") }
        place = (parts.last == "" ? "" : "  ") + paint(written, .quiet)
      }
      for (index, part) in parts.enumerated() {
        let label = index == 0 ? line.label : ""
        let isLast = index == parts.count - 1
        rows.append(
          "  \(paint(label, .quiet))\(String(repeating: " ", count: labels - label.count))  "
            + (part.isEmpty ? "" : paint(part, line.tone)) + (isLast ? place : ""))
      }
    }
    return rows.joined(separator: "\n")
  }
}

extension String {
  /// The text in lines of at most so many characters, broken between words; a longer word stands alone.
  fileprivate func wrapped(to width: Int?) -> [String] {
    guard let width, count > width else { return [self] }
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(word)
      } else {
        line += line.isEmpty ? String(word) : " \(word)"
      }
    }
    return lines + [line]
  }
}
