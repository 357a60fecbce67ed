import Glibc

/// A terminal that is drawn on again and again.
///
/// Nothing is ever cleared before it is written: each drawing goes home, writes over what is there, and erases what is
/// left of each line and below the last. A terminal that knows synchronized output shows it all at once; the others
/// ignore that (DEC mode 2026).
final class Screen {
  private var mode = termios()
  private let hasKeys: Bool

  init() {
    hasKeys = tcgetattr(STDIN_FILENO, &mode) == 0
    prepare()
  }

  /// Makes keys silent: what is typed must not stand in the middle of a drawing.
  func prepare() {
    guard hasKeys else { return }
    var silent = mode
    silent.c_lflag &= ~UInt32(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSADRAIN, &silent)
  }

  /// Leaves the last drawing as it stands, the cursor below it and the terminal as it was.
  func restore() {
    Screen.write("\u{1B}[?7h\u{1B}[?25h\n")
    if hasKeys { tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) }
  }

  func draw(_ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let rows = Screen.rows
    if lines.count > rows {
      let hidden = lines.count - rows + 1
      lines = lines.prefix(rows - 1) + ["… \(hidden) more lines; make the window higher"]
    }
    // Without wrapping a line is one row, whatever stands in it.
    var drawing = "\u{1B}[?2026h\u{1B}[?25l\u{1B}[?7l\u{1B}[H"
    drawing += lines.map { "\($0)\u{1B}[K" }.joined(separator: "\n")
    drawing += "\u{1B}[J\u{1B}[?2026l"
    Screen.write(drawing)
  }

  private static var rows: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 1 else { return 24 }
    return Int(size.ws_row)
  }

  private static func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
