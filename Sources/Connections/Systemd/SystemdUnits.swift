internal import CrashPoints
public import Host

/// Units through `systemctl` and `journalctl`, as the user that this program runs as: what it may do is said by polkit.
public struct SystemdUnits: UnitKeeper {
  private let commands: any CommandRunner

  /// The units of the systemd that is process 1, asked by `commands`.
  public init(commands: any CommandRunner) { self.commands = commands }

  /// A look waits for process 1, which answers a thousand units in less than a second.
  private static let lookWithin = Duration.seconds(30)
  /// A unit says itself how long it may take to stop and to start (`TimeoutStopSec=`, `TimeoutStartSec=`). This is for
  /// one that says `infinity`, and more than the hour that others may say.
  private static let askWithin = Duration.seconds(2 * 3600)
  /// A unit's properties take some 700 bytes.
  private static let lookBytesMax = 8 << 20

  public func look(at names: [String], andAll template: String?, above index: Int) async throws -> [UnitState]
  {
    let command = Self.systemctl(
      ["show", "--timestamp=us+utc", "--property=\(UnitState.properties.joined(separator: ","))"] + names
        + (template.map { Self.patterns($0, above: index) } ?? []), within: Self.lookWithin)
    let result = try await effect("systemd.look") { try await commands.run(command) }
    guard result.isSuccess else {
      throw HostError("ask", "systemd", Self.words(result), class: .transient)
    }
    let states = UnitState.all(in: result.output.text)
    let known = Set(states.map(\.name))
    guard !result.output.isTruncated, names.allSatisfy(known.contains) else {
      throw HostError("ask", "systemd", "its answer is not whole", class: .transient)
    }
    return states
  }

  /// Globs for the units of a template with a number above `index`, and for no other: one that was asked for by name and
  /// matched besides would be told twice.
  static func patterns(_ template: String, above index: Int) -> [String] {
    let digits = String(max(0, index)).compactMap(\.wholeNumberValue)
    func any(_ count: Int) -> String { String(repeating: "[0-9]", count: count) }
    var patterns = ["\(template)[1-9]\(any(digits.count))*.service"]
    for (place, digit) in digits.enumerated() where digit < 9 {
      let before = digits[..<place].map(String.init).joined()
      patterns.append("\(template)\(before)[\(digit + 1)-9]\(any(digits.count - place - 1)).service")
    }
    return patterns
  }

  public func ask(_ verb: UnitVerb, of name: String) async throws {
    let command = Self.systemctl([verb.rawValue, name], within: Self.askWithin)
    let result = try await effect("systemd.ask") { try await commands.run(command) }
    guard !result.isSuccess else { return }
    let words = Self.words(result)
    if words.contains("Failed to connect to bus") || words.contains("not been booted with systemd") {
      throw HostError("ask", "systemd", words, class: .transient)
    }
    throw UnitRefusal(Self.reason(words), unit: name, words: words)
  }

  public func lastLines(of name: String, linesMax: Int) async -> [String] {
    let command = Command(
      [
        "/usr/bin/journalctl", "--unit=\(name)", "--lines=\(linesMax)", "--output=cat", "--quiet",
        "--no-pager",
      ], environment: environment, timeout: Self.lookWithin)
    let result = try? await effect("journal.read") { try await commands.run(command) }
    guard let result, result.isSuccess else { return [] }
    return result.output.text.split(whereSeparator: \.isNewline).map(String.init)
  }

  private static func systemctl(_ arguments: [String], within: Duration) -> Command {
    // Nobody sits here who could type a password.
    Command(
      ["/usr/bin/systemctl", "--no-ask-password", "--no-pager"] + arguments, environment: environment,
      timeout: within, outputBytesMax: lookBytesMax)
  }

  /// Its words are read by this program: no colours, no language.
  private static let environment = ["PATH": Command.defaultPath, "LC_ALL": "C", "SYSTEMD_COLORS": "0"]
  private var environment: [String: String] { Self.environment }

  /// What it said, in one line, without the advice to ask it more.
  private static func words(_ result: CommandResult) -> String {
    if result.timedOut { return "no answer within \(result.duration)" }
    let lines = result.error.text.split(whereSeparator: \.isNewline).filter {
      !$0.hasPrefix("See ") && !$0.hasPrefix("Warning:")
    }
    return lines.first.map { String($0.prefix(300)) } ?? result.end.description
  }

  private static func reason(_ words: String) -> UnitRefusal.Reason {
    if ["authentication required", "Access denied", "not authorized"].contains(where: words.contains) {
      return .denied
    }
    if ["not found", "is masked", "bad unit file setting", "not loaded properly"].contains(
      where: words.contains)
    {
      return .unusable
    }
    return .failed
  }
}
