internal import Calendar
internal import Glibc
public import Logging

/// Writes each log message as one line to standard error, for journald or for people.
///
/// One line is one write(2), so that lines of several threads never mix. Line ends and control characters in
/// a message are written as `\n` and `\u{1B}`: what a child or a file name says can neither make up a second
/// line nor colour the terminal.
public struct JournalLogHandler: LogHandler {
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?
  public var logLevel: Logger.Level

  private let style: LogStyle
  private let clock: any WallClock
  private let write: @Sendable ([UInt8]) -> Void

  /// A handler for any logger.
  public init(
    level: Logger.Level = .info, style: LogStyle = .forStandardError(), clock: any WallClock = SystemClock()
  ) {
    self.init(level: level, style: style, clock: clock, write: Self.writeToStandardError)
  }

  init(
    level: Logger.Level, style: LogStyle, clock: any WallClock,
    write: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.logLevel = level
    self.style = style
    self.clock = clock
    self.write = write
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
    if let given = event.metadata { all.merge(given) { $1 } }
    if let error = event.error { all["error"] = "\(error)" }
    let message = Self.escaped("\(event.message)")
    let details = all.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.value($0.value))" }

    var line: String
    switch style {
    case .journal:
      line = "<\(event.level.journalPriority)>" + ([message] + details).joined(separator: " ")
    case .readable(let isColoured):
      let moment = "\(Instant(seconds: clock.now.seconds))"
      let tail = details.isEmpty ? "" : "  " + details.joined(separator: " ")
      let level = event.level
      if isColoured {
        line = "\(Self.dim)\(moment)\(Self.plain) \(level.colour)\(level.word)\(Self.plain) \(message)"
        line += "\(Self.dim)\(tail)\(Self.plain)"
      } else {
        line = "\(moment) \(level.word) \(message)\(tail)"
      }
    }
    line += "\n"
    write(Array(line.utf8))
  }

  private static let dim = "\u{1B}[2m"
  private static let plain = "\u{1B}[0m"

  private static func value(_ value: Logger.Metadata.Value) -> String {
    let text = escaped("\(value)")
    return text.contains(" ") || text.isEmpty ? "\"\(text)\"" : text
  }

  private static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: \.isUnseen) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += " "
      case _ where scalar.isUnseen:
        result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static let writeToStandardError: @Sendable ([UInt8]) -> Void = { line in
    while Glibc.write(STDERR_FILENO, line, line.count) < 0 && errno == EINTR {}
  }
}

extension Logger.Level {
  /// syslog(3)'s numbers.
  var journalPriority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }

  /// Of one width, so that messages stand in a column.
  fileprivate var word: String {
    switch self {
    case .trace: "trace   "
    case .debug: "debug   "
    case .info: "info    "
    case .notice: "notice  "
    case .warning: "warning "
    case .error: "error   "
    case .critical: "critical"
    }
  }

  fileprivate var colour: String {
    switch self {
    case .trace, .debug: "\u{1B}[2m"
    case .info: "\u{1B}[32m"
    case .notice: "\u{1B}[36m"
    case .warning: "\u{1B}[33m"
    case .error: "\u{1B}[31m"
    case .critical: "\u{1B}[1;31m"
    }
  }
}
