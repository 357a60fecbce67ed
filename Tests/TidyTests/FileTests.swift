import Testing

@Suite("Files a reader can hold in mind")
struct FileTests {
  /// More than this is more than one thought.
  static let linesMax = 400

  @Test("no file is far longer than a thought")
  func length() throws {
    for file in try Tree.swiftFiles(in: "Sources") + Tree.swiftFiles(in: "Tests") {
      #expect(file.lines.count <= FileTests.linesMax, "\(file.path) has \(file.lines.count) lines")
    }
  }

  @Test("no name that says nothing")
  func names() throws {
    for file in try Tree.swiftFiles(in: "Sources") {
      for word in ["Manager", "Helper", "Util", "Common", "Shared"] {
        #expect(!file.name.contains(word), "\(file.path)")
      }
    }
  }

  @Test("every public declaration says what it is for")
  func documented() throws {
    // What a protocol of the standard library asks for says what everybody knows.
    let known = [
      "static func <", "static func ==", "var description", "var debugDescription", "func hash(into",
      "func encode(to",
      "init(from decoder", "init(stringLiteral", "init(integerLiteral", "init(booleanLiteral",
      "init(arrayLiteral",
      "init(dictionaryLiteral", "init(nilLiteral", "var customMirror",
    ]
    for file in try Tree.swiftFiles(in: "Sources") {
      let lines = file.lines
      for (index, line) in lines.enumerated() {
        let code = line.drop { $0 == " " }
        guard code.hasPrefix("public "), !code.hasPrefix("public import"),
          !code.hasPrefix("public extension"),
          !known.contains(where: { code.contains($0) })
        else { continue }
        var above = index - 1
        while above >= 0, lines[above].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
        let isDocumented = above >= 0 && lines[above].drop(while: { $0 == " " }).hasPrefix("///")
        // A witness of the project's own protocols is documented where the protocol is.
        #expect(isDocumented || isWitness(lines, index), "\(file.path):\(index + 1): \(code)")
      }
    }
  }

  /// Whether the declaration stands in a type that conforms to one of the project's protocols whose members are
  /// documented there.
  private func isWitness(_ lines: [Substring], _ index: Int) -> Bool {
    let protocols = [
      "Controller", "ControllerAction", "WallClock", "Randomness", "CommandRunner",
      "UnitKeeper", "ServiceNotifier", "SecretStore", "LogHandler", "StatusSource", "Error", "CodingKey",
    ]
    for line in lines[..<index].reversed() {
      guard !line.hasPrefix(" "),
        line.contains("struct ") || line.contains("class ") || line.contains("extension ")
          || line.contains("enum ") || line.contains("actor ")
      else { continue }
      return protocols.contains { name in line.contains("\(name)") }
    }
    return false
  }
}
