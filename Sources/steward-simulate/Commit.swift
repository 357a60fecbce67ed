import FoundationEssentials

/// The commit that is checked out, where there is git.
enum Commit {
  static var current: String? {
    guard let head = text(".git/HEAD") else { return nil }
    guard head.hasPrefix("ref: ") else { return head }
    let name = String(head.dropFirst(5))
    if let direct = text(".git/\(name)") { return direct }
    return text(".git/packed-refs")?.split(separator: "\n").first { $0.hasSuffix(" \(name)") }
      .map { String($0.prefix { $0 != " " }) }
  }

  private static func text(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: "\n")
  }
}
