import CrashPoints
import Host
import SecretStore

/// A value, and the account that it is the password of, where it is one's.
struct DeliveredSecret: Sendable {
  let value: Secret
  let user: String?

  /// Lines of an env file: `NAME=value`, `NAME_USER=account`.
  fileprivate func lines(_ name: String) -> String {
    "\(name)=\(value.reveal())\n" + (user.map { "\(name)_USER=\($0)\n" } ?? "")
  }
}

/// An env file: `NAME=value`, and `NAME_PREVIOUS=value` while the value before works on, each with the account as
/// `NAME_USER` and `NAME_PREVIOUS_USER` where it is one's. Mode 0600, written whole or not at all, never through a symbolic
/// link. Calls block.
struct SecretFile: Sendable {
  let path: String
  let name: String

  /// No env file of one secret comes near; what is larger is somebody else's.
  static let bytesMax = 64 << 10

  func text(_ value: DeliveredSecret, previous: DeliveredSecret?) -> String {
    value.lines(name) + (previous?.lines("\(name)_PREVIOUS") ?? "")
  }

  /// Replaces the file, after removing what a crash in the middle of an earlier write left beside it.
  func write(_ value: DeliveredSecret, previous: DeliveredSecret?) throws(HostError) {
    try effect("secrets.file") { () throws(HostError) in
      try PrivateFile.removeLeftovers(of: path)
      try PrivateFile.write(Array(text(value, previous: previous).utf8), to: path)
    }
  }

  /// Says which of `values` the file holds.
  /// - Throws: ``HostError`` of class transient; every other one is an answer.
  func look(at values: [Int: DeliveredSecret]) throws(HostError) -> SecretFileSeen {
    do throws(HostError) {
      _ = try Folder(folder)
    } catch {
      if error.class == .transient { throw error }
      let reason = error.isAbsent ? "its folder \(folder) does not exist" : error.reason
      return SecretFileSeen(.unusable, reason: reason)
    }
    do throws(HostError) {
      guard let bytes = try PrivateFile.read(path, bytesMax: Self.bytesMax) else {
        return SecretFileSeen(.missing)
      }
      return try compare(bytes, with: values)
    } catch {
      if error.class == .transient { throw error }
      return SecretFileSeen(.unusable, reason: error.reason)
    }
  }

  private func compare(_ bytes: [UInt8], with values: [Int: DeliveredSecret]) throws(HostError)
    -> SecretFileSeen
  {
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    guard
      lines.allSatisfy({ line in
        ["", "_USER", "_PREVIOUS", "_PREVIOUS_USER"].contains { line.hasPrefix("\(name)\($0)=") }
      })
    else {
      return SecretFileSeen(.foreign)
    }
    guard isPrivate() else { return SecretFileSeen(.exposed) }
    let found = String(decoding: bytes, as: UTF8.self)
    for (current, value) in values.sorted(by: { $0.key > $1.key }) {
      if found == text(value, previous: nil) { return .holds(current) }
      for (previous, before) in values.sorted(by: { $0.key > $1.key }) where previous != current {
        if found == text(value, previous: before) { return .holds(current, previous: previous) }
      }
    }
    return SecretFileSeen(.differs)
  }

  /// The refusal of a reader that insists on privacy; whatever else fails was seen before.
  private func isPrivate() -> Bool {
    (try? PrivateFile.read(path, bytesMax: Self.bytesMax, onlyPrivate: true)) != nil
  }

  private var folder: String {
    let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    return parent.isEmpty ? "/" : String(parent)
  }
}
