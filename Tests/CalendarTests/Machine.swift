import Glibc
import Testing

@testable import Calendar

/// What this machine has: zone data, systemd-analyze, an environment.
enum Machine {
  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// The zones of the machine, straight from its zoneinfo folder.
  static let zones = ZoneDatabase { name in contents(of: "/usr/share/zoneinfo/\(name)") }

  static func contents(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  static let hasZones = access("/usr/share/zoneinfo/Europe/Berlin", R_OK) == 0
  static let hasSystemdAnalyze = run(["systemd-analyze", "--version"], timeZone: "UTC").status == 0

  /// A machine without them skips on a desk and fails where every test must have run.
  static let mustHaveAll = environment("CI") != nil
  static let runsZoneTests = hasZones || mustHaveAll
  static let runsRefereeTests = (hasZones && hasSystemdAnalyze) || mustHaveAll

  /// Runs a command with a zone set; what it writes to standard error follows its output.
  static func run(_ arguments: [String], timeZone: String) -> (output: String, status: Int32) {
    let quoted = arguments.map {
      "'"
        + $0.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
    }
    let command = "TZ='\(timeZone)' LC_ALL=C SYSTEMD_COLORS=0 " + quoted.joined(separator: " ")
    // Both streams into one pipe would mix in the middle of lines.
    let script =
      "{ errors=$(\(command) 2>&1 1>&3); status=$?; } 3>&1; printf '%s\\n' \"$errors\"; exit $status"
    guard let pipe = popen(script, "r") else { return ("", -1) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return (String(decoding: bytes, as: UTF8.self), pclose(pipe))
  }
}
