import FoundationEssentials

/// The project's own files, as text.
struct Tree {
  struct File {
    /// From the project's root: `Sources/Calendar/Zone.swift`.
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The modules that the file imports.
    var imports: Set<String> {
      Set(
        lines.compactMap { line in
          let words = line.split(separator: " ").map(String.init)
          guard let at = words.firstIndex(of: "import"), at <= 2, at + 1 < words.count,
            words[..<at].allSatisfy({
              ["public", "internal", "private", "package", "@testable", "fileprivate"].contains($0)
            })
          else { return nil }
          // `import struct Foundation.Data` imports Foundation.
          let module =
            ["struct", "class", "enum", "protocol", "func", "typealias"].contains(words[at + 1])
            ? words[at + 2] : words[at + 1]
          return module.split(separator: ".").first.map(String.init)
        })
    }

    /// The target that the file belongs to, by its folder.
    var target: String {
      let parts = path.split(separator: "/").map(String.init)
      let isNested = ["Controllers", "Connections"].contains(parts[1]) && parts.count > 3
      return isNested ? parts[2] : parts[1]
    }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The text of one file, by its path from the project's root.
  static func text(of path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }

  /// Every Swift file below `folder`.
  static func swiftFiles(in folder: String) throws -> [File] {
    let base = root.appending(path: folder)
    return try FileManager.default.subpathsOfDirectory(atPath: base.path()).filter { $0.hasSuffix(".swift") }
      .sorted()
      .map { path in
        let data = try Data(contentsOf: base.appending(path: path))
        return File(path: "\(folder)/\(path)", text: String(decoding: data, as: UTF8.self))
      }
  }
}
