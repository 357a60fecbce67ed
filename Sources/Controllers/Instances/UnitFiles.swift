import CrashPoints
import Host
import Reconciliation

/// What a unit of systemd reads when it starts, in a folder of the daemon's own that does not outlive the machine's run:
/// of `web@1.service`
///
/// - `web/1.env`, for `EnvironmentFile=`: variables, `PORT`, and secrets;
/// - `web/1.variables`, for `EnvironmentFile=`: the same without secrets, where those are
/// - `web/1.credentials/NAME`, for `LoadCredential=`: one secret each;
/// - `web/1.mark`: what they hold, by names and versions.
///
/// All are 0600 and the daemon's: process 1 reads them as root and gives them to the unit's user. Calls block.
struct UnitFiles: Sendable {
  /// The folder, by its path without links.
  let folder: String

  /// Ten times what any mark takes.
  private static let markBytesMax = 64 << 10

  /// Replaces what the unit reads. The mark comes last: what it says is never newer than what is there.
  func write(_ mark: UnitMark, of unit: UnitName, variables: [String: String], secrets: [String: String])
    throws(HostError)
  {
    let home = try home(of: unit)
    let credentials = "\(home)/\(unit.index).credentials"
    try Self.make(credentials)
    for name in try PlainFile.names(in: credentials) where secrets[name] == nil {
      _ = try effect("unit.prune") { () throws(HostError) in
        try PrivateFile.remove("\(credentials)/\(name)")
      }
    }
    for (name, value) in secrets.sorted(by: { $0.key < $1.key }) {
      try effect("unit.credential") { () throws(HostError) in
        try PrivateFile.write(Array(value.utf8), to: "\(credentials)/\(name)")
      }
    }
    try sweep(unit, in: home)
    let plain = Self.text(variables)
    try effect("unit.variables") { () throws(HostError) in
      try PrivateFile.write(Array(plain.utf8), to: "\(home)/\(unit.index).variables")
      try PrivateFile.write(Array((plain + Self.text(secrets)).utf8), to: "\(home)/\(unit.index).env")
    }
    try effect("unit.mark") { () throws(HostError) in
      try PrivateFile.write(mark.bytes, to: "\(home)/\(unit.index).mark")
    }
  }

  /// What was written for a unit; nil where nothing was.
  func mark(of unit: UnitName) throws(HostError) -> UnitMark? {
    let path = "\(folder)/\(unit.prefix)/\(unit.index).mark"
    return try PrivateFile.read(path, bytesMax: Self.markBytesMax).flatMap { UnitMark($0) }
  }

  /// Removes what a unit that runs no more would read: a secret lies nowhere that nobody reads it.
  func remove(_ unit: UnitName) throws(HostError) {
    let home = "\(folder)/\(unit.prefix)"
    do throws(HostError) {
      try sweep(unit, in: home)
      try effect("unit.remove") { () throws(HostError) in
        for kind in ["mark", "env", "variables"] {
          _ = try PrivateFile.remove("\(home)/\(unit.index).\(kind)")
        }
        let credentials = "\(home)/\(unit.index).credentials"
        for name in try PlainFile.names(in: credentials) {
          _ = try PrivateFile.remove("\(credentials)/\(name)")
        }
      }
    } catch {
      if !error.isAbsent { throw error }
    }
  }

  /// Removes what a write left that was cut off.
  private func sweep(_ unit: UnitName, in home: String) throws(HostError) {
    try effect("unit.sweep") { () throws(HostError) in
      for kind in ["mark", "env", "variables"] {
        try PrivateFile.removeLeftovers(of: "\(home)/\(unit.index).\(kind)")
      }
    }
  }

  private func home(of unit: UnitName) throws(HostError) -> String {
    try Self.make(folder)
    let home = "\(folder)/\(unit.prefix)"
    try Self.make(home)
    return home
  }

  /// Makes a folder, 0700, in one that is there. It may be there, and be a mount, as the service's own folder is.
  private static func make(_ path: String) throws(HostError) {
    do throws(HostError) {
      _ = try Folder(path)
      return
    } catch {
      if !error.isAbsent { throw error }
    }
    guard let slash = path.lastIndex(of: "/"), let name = FileName(String(path[path.index(after: slash)...]))
    else {
      throw HostError("create", path, "not a name for a folder")
    }
    let outer = try Folder(slash == path.startIndex ? "/" : String(path[..<slash]))
    _ = try effect("unit.folder") { () throws(HostError) in try outer.makeFolder(name) }
  }

  /// Lines as `EnvironmentFile=` reads them (systemd.exec(5)): in double quotes a line's end is one, and four characters
  /// need a backslash.
  static func text(_ variables: [String: String]) -> String {
    variables.sorted { $0.key < $1.key }.map { name, value in
      let quoted = value.map { "\"\\`$".contains($0) ? "\\\($0)" : "\($0)" }.joined()
      return "\(name)=\"\(quoted)\"\n"
    }.joined()
  }

  /// Whether systemd passes the value on. One with other control characters it drops, and prints it into the journal.
  static func canHold(_ value: String) -> Bool {
    value.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control }
  }
}

/// Which unit an instance is: `web@1.service`.
struct UnitName: Sendable, Hashable, CustomStringConvertible {
  /// What stands before the `@`, which is also `%p` in the unit's file.
  let prefix: String
  /// `%i`.
  let index: Int

  /// The unit of the instance `index` of the template `web@`.
  init(_ template: String, _ index: Int) {
    prefix = template.hasSuffix("@") ? String(template.dropLast()) : template
    self.index = index
  }

  /// Reads `web@1.service`; nil where it is no instance of `template` that has a number.
  init?(_ name: String, of template: String) {
    let suffix = ".service"
    guard name.hasPrefix(template), name.hasSuffix(suffix), name.count > template.count + suffix.count else {
      return nil
    }
    let text = name.dropFirst(template.count).dropLast(suffix.count)
    guard let index = Int(text), index > 0, "\(index)" == text else { return nil }
    self.init(template, index)
  }

  var description: String { "\(prefix)@\(index).service" }
}
