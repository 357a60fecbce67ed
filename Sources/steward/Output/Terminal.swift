import Glibc

/// What the command may assume of the place it writes to.
struct Terminal: Sendable {
  /// Columns; nil where the output is no terminal and nothing is cut.
  let width: Int?
  /// Whether colours help: on a terminal, unless NO_COLOR says no (no-color.org).
  let isColoured: Bool

  /// Standard output as it is now.
  static var output: Terminal {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let noColour = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? false
    return Terminal(width: isTerminal ? columns : nil, isColoured: isTerminal && !noColour && !isDumb)
  }

  private static var columns: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// A line of prose, cut where the terminal ends; whole where the output is no terminal.
  func fit(_ line: String) -> String {
    guard let width, line.count > width, !line.contains("\u{1B}") else { return line }
    return line.prefix(width - 1) + "…"
  }

  func paint(_ text: String, _ paint: Paint?) -> String {
    guard isColoured, let paint else { return text }
    return "\u{1B}[\(paint.rawValue)m\(text)\u{1B}[0m"
  }
}

/// A colour, by what it means.
enum Paint: String, Sendable {
  case good = "32"
  case caution = "33"
  case bad = "31"
  case quiet = "2"
  case strong = "1"

  /// The colour of a resource's or an environment's state.
  init?(state: String) {
    switch state {
    case "ready": self = .good
    case "closed": self = .quiet
    case "changing", "waiting": self = .caution
    case "degraded", "unknown": self = .bad
    default: return nil
    }
  }

  /// The colour of a finding's or an event's severity.
  init?(severity: String) {
    switch severity {
    case "critical": self = .bad
    case "warning": self = .caution
    case "notice": self = .strong
    default: return nil
    }
  }
}
