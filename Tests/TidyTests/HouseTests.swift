import FoundationEssentials
import Testing

@Suite("The house is as drawn")
struct HouseTests {
  /// What the project imports from outside, and the only targets that may: each heavy library has one room.
  static let outside: [String: Set<String>] = [
    "ArgumentParser": ["steward", "steward-simulate", "stewardd"], "CLibpq": ["PostgreSQL"],
    "Crypto": ["Cryptography"], "CryptoExtras": ["Cryptography"],
    "GRDB": ["EventLog"], "GRDBSQLite": ["EventLog"],
    "Hummingbird": ["StatusServer"], "HummingbirdCore": ["StatusServer"], "NIOCore": ["StatusServer"],
    "NIOPosix": ["StatusServer"], "Subprocess": ["Host"], "UnixSignals": ["stewardd"], "Yams": ["Desired"],
  ]

  /// The ground floor, and what it may stand on.
  static let pure: [String: Set<String>] = [
    "Calendar": [], "Specification": ["Calendar"],
    "Reconciliation": [
      "Calendar", "Cryptography", "DequeModule", "FoundationEssentials", "HeapModule", "Specification",
    ],
  ]

  /// What no pure code says: each of these reads or changes the world, or takes time.
  static let impure = [
    "Task {", "Task.detached", "ContinuousClock", "SuspendingClock", "SystemClock(", "Date(", ".random(",
    "SystemRandom",
    "FileManager", "getenv(", "await ", "PlainFile.", "PrivateFile.", "Folder(", "offPool",
  ]

  @Test("each heavy library is imported by its one target")
  func libraries() throws {
    for file in try Tree.swiftFiles(in: "Sources") {
      for module in file.imports {
        guard let allowed = HouseTests.outside[module] else { continue }
        #expect(
          allowed.contains(file.target),
          "\(file.path) imports \(module), which belongs to \(allowed.sorted())")
      }
    }
  }

  /// What the command may stand on: it is typed a hundred times a day and must start at once, so it carries neither
  /// YAML nor SQLite nor the controllers; what needs those is done by `stewardd`.
  static let command: Set<String> = [
    "ArgumentParser", "CLinux", "Calendar", "Explanation", "FoundationEssentials", "Glibc", "Host",
    "StatusAPI",
    "StatusClient",
  ]

  @Test("the command stands on little, so that it starts at once")
  func lightCommand() throws {
    for file in try Tree.swiftFiles(in: "Sources/steward") {
      let strangers = file.imports.subtracting(HouseTests.command)
      #expect(strangers.isEmpty, "\(file.path) imports \(strangers.sorted())")
    }
  }

  @Test("nobody imports all of Foundation, which brings a megabyte of tables and a slow start")
  func foundation() throws {
    for file in try Tree.swiftFiles(in: "Sources") where file.imports.contains("Foundation") {
      Issue.record("\(file.path) imports Foundation; FoundationEssentials is enough")
    }
  }

  @Test("the pure targets stand on nothing but each other")
  func ground() throws {
    for file in try Tree.swiftFiles(in: "Sources") {
      guard let allowed = HouseTests.pure[file.target] else { continue }
      let strangers = file.imports.subtracting(allowed).subtracting(["Swift"])
      #expect(strangers.isEmpty, "\(file.path) imports \(strangers.sorted())")
    }
  }

  @Test("no clock, randomness, task or I/O in a pure target and in any plan")
  func purity() throws {
    for file in try Tree.swiftFiles(in: "Sources") {
      let isPlan = file.name.hasPrefix("Plan") && file.path.contains("/Controllers/")
      guard HouseTests.pure[file.target] != nil || isPlan else { continue }
      // The protocol of the doors themselves, and what hides its types, name `async`; they do nothing.
      if ["Controller.swift", "ControllerKind.swift"].contains(file.name) { continue }
      for (number, line) in file.lines.enumerated() where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        for word in HouseTests.impure where says(line, word) {
          Issue.record("\(file.path):\(number + 1): `\(word)` in code that must be pure")
        }
      }
      if isPlan { #expect(!file.imports.contains("Glibc"), "\(file.path)") }
    }
  }

  /// Whether `word` stands in the line, and not as the end of a longer one (`CivilDate(`).
  private func says(_ line: Substring, _ word: String) -> Bool {
    line.ranges(of: word).contains { range in
      range.lowerBound == line.startIndex || !line[line.index(before: range.lowerBound)].isLetter
    }
  }

  @Test("controllers do not import each other, and each has the same four rooms")
  func controllers() throws {
    let files = try Tree.swiftFiles(in: "Sources/Controllers").filter { $0.target != "Controllers" }
    let controllers = Set(files.map(\.target))
    #expect(controllers.count >= 4)
    for file in files {
      let others = file.imports.intersection(controllers)
      #expect(others.isEmpty, "\(file.path) imports \(others.sorted())")
    }
    for controller in controllers {
      let names = Set(files.filter { $0.target == controller }.map(\.name))
      for room in ["Spec.swift", "Observe.swift", "Plan.swift", "Apply.swift"] {
        #expect(names.contains(room), "Controllers/\(controller) has no \(room)")
      }
    }
  }

  @Test("the top level holds what a newcomer expects, and nothing else")
  func topLevel() throws {
    let allowed: Set<String> = [
      "Package.swift", "README.md", "Sources", "Tests", "config", "systemd", "Package.resolved",
    ]
    let entries = try FileManager.default.contentsOfDirectory(atPath: Tree.root.path())
    for entry in entries where !entry.hasPrefix(".") { #expect(allowed.contains(entry), "\(entry)") }
  }
}
