import Calendar
import StatusAPI

/// The report as Markdown: for a terminal, a ticket, a mail.
extension Report {
  var markdown: String {
    var parts = ["# \(title.markdown)"]
    parts.append(summary.map { "- \($0.markdown)" }.joined(separator: "\n"))
    for chapter in chapters {
      parts.append("## \(chapter.title)")
      parts += chapter.lead.map(\.markdown)
      if let table = chapter.table { parts.append(markdown(table)) }
    }
    parts.append(
      "Made \(words.moment(body.at)) \(words.zone.name) from \(words.count(body.events, "event")).")
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func markdown(_ table: Rows) -> String {
    let header = "| \(table.header.joined(separator: " | ")) |"
    let numbers = table.header.indices.map { column in
      !table.rows.isEmpty && table.rows.allSatisfy { $0[column].isNumber }
    }
    let line = "| " + numbers.map { $0 ? "---:" : "---" }.joined(separator: " | ") + " |"
    let rows = table.rows.map { "| " + $0.map(\.text.markdown).joined(separator: " | ") + " |" }
    let rest = table.leftOut > 0 ? "\n\nand \(table.leftOut) more" : ""
    return ([header, line] + rows).joined(separator: "\n") + rest
  }
}

extension String {
  /// The text as Markdown shows it unchanged, in a line or in a cell of a table.
  var markdown: String {
    var escaped = ""
    let characters = Array(plain)
    for (index, character) in characters.enumerated() {
      switch character {
      case "\\", "`", "*", "[", "]", "<", ">", "|", "~", "&", "$": escaped += "\\\(character)"
      // Between letters and digits an underscore is no emphasis: API_KEY stays as people write it.
      case "_":
        let isInWord =
          index > 0 && index + 1 < characters.count && characters[index - 1].isWord
          && characters[index + 1].isWord
        escaped += isInWord ? "_" : "\\_"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}

extension Character {
  fileprivate var isWord: Bool { isLetter || isNumber || self == "_" }
}
