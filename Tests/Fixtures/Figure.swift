import Glibc

/// What a test counted or measured, for the table at the end of `Tests/run`. It is told, never asserted: the test says
/// beside it what must hold.
public enum Figure {
  /// Tells one line of the table; does nothing where nobody gathers figures (`STEWARD_FIGURES` names no file).
  public static func tell(_ name: String, _ value: String) {
    guard let path = getenv("STEWARD_FIGURES") else { return }
    // One write to the end of the file: tests in several processes tell theirs at once.
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard file >= 0 else { return }
    defer { close(file) }
    let line = Array("\(name)\t\(value)\n".utf8)
    _ = write(file, line, line.count)
  }
}
