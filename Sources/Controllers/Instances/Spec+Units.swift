import Specification

extension InstancesSpec {
  /// The keys that say what a unit says itself, and where it says that.
  private static let units: KeyValuePairs<String, String> = [
    "run": "ExecStart=", "folder": "WorkingDirectory=", "stop within": "TimeoutStopSec=",
  ]

  /// What systemd accepts in the name of a unit (systemd.unit(5)), but for the backslash.
  private static let lengthMax = 200

  /// The template, up to the `@`; by default that of the entry's name.
  static func unit(_ reader: MappingReader, _ on: Supervision, named name: String) -> String {
    let written = reader.text("unit")
    guard on == .systemd else {
      if written != nil { reader.refuse("unit", "`unit` is for `on: systemd`") }
      return ""
    }
    for (key, says) in units where reader.has(key) {
      reader.refuse(key, "`\(key)` is said by the unit itself where systemd keeps it: \(says)")
    }
    guard let written else { return name + "@" }
    let template = written.hasSuffix(".service") ? String(written.dropLast(".service".count)) : written
    guard template.hasSuffix("@"), template.count > 1, template.utf8.count <= lengthMax,
      template.dropLast().allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-.:".contains($0)) })
    else {
      reader.refuse(
        "unit", "`unit` is the name of a template: `\(name)@`, of letters, digits, `_`, `-`, `.` and `:`")
      return name + "@"
    }
    return template
  }

  /// What no variable of a unit can hold.
  func checkUnitVariables(_ reader: MappingReader) {
    guard on == .systemd else { return }
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) where !UnitFiles.canHold(value) {
      reader.refuse(
        "variables", "`variables`: `\(name)` holds a control character, which no variable of a unit can")
    }
  }
}
