import Reconciliation

extension DatabasePlanning {
  /// Rule 2.
  mutating func keepSettings() {
    for (name, written) in spec.settings.sorted(by: { $0.key < $1.key }) {
      guard let setting = seen.settings.first(where: { $0.name == name }) else {
        note(
          "no-setting-\(name)", .warning, "the server knows no setting `\(name)`",
          mend: "correct its name, or load the extension that it belongs to", at: "settings")
        continue
      }
      plan.reasons.append(
        Reason(
          "observed", "\(name) is \(shown(setting)), \(setting.source)", at: resource.place(of: "settings")))
      guard !setting.holds(written) else { continue }
      keep(setting, as: written)
    }
    for setting in seen.settings where setting.isPending && !isSaid(setting) {
      note(
        "restart-\(setting.name)", .notice, "a change of \(setting.name) waits for a restart of the server",
        mend: "restart the server in a quiet hour", at: "settings")
    }
  }

  private mutating func keep(_ setting: DatabaseSetting, as written: String) {
    let (name, found) = (setting.name, shown(setting))
    guard setting.inUnit(written) != nil else {
      note(
        "no-value-\(name)", .warning,
        "`\(written)` is no value for \(name), which is \(setting.type)\(setting.unit.map { " in \($0)" } ?? "")",
        mend: "correct what is written", at: "settings")
      return
    }
    switch (setting.context, setting.source) {
    case ("internal", _):
      note(
        "fixed-\(name)", .warning,
        "\(name) is \(found), and \(written) is written; it was fixed when the server was made",
        mend: "write what it is", at: "settings")
    case ("postmaster", _):
      note(
        "restart-\(name)", .warning,
        "\(name) is \(found), and \(written) is written; only a restart changes it",
        mend: "ALTER SYSTEM SET \(name) TO '\(written)', and restart the server in a quiet hour",
        at: "settings")
    case (_, let source) where source != DatabaseSetting.file && source != "default":
      note(
        "overruled-\(name)", .warning,
        "\(name) is \(found) by \(source), which goes before its files, and \(written) is written",
        mend: source == "command line" || source == "environment variable"
          ? "change it where the server is started" : "ALTER ROLE … or ALTER DATABASE … RESET \(name)",
        at: "settings")
    case _ where seen.isStandby:
      note(
        "standby-\(name)", .notice,
        "\(name) is \(found), and \(written) is written; a standby is not changed from here",
        mend: "write the primary's address, or change it there", at: "settings")
    default:
      plan.actions.append(
        DatabaseAction(
          setting: name, value: written, before: found, risk: DatabaseSetting.risk(of: name, written)))
    }
  }

  private func isSaid(_ setting: DatabaseSetting) -> Bool {
    plan.findings.contains { $0.code == "restart-\(setting.name)" }
  }

  private func shown(_ setting: DatabaseSetting) -> String {
    let unit = setting.unit.map { $0.first?.isNumber == true ? " × \($0)" : $0 } ?? ""
    return setting.value.isEmpty ? "empty" : setting.value + unit
  }
}
