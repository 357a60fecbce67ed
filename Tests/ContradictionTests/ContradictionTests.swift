import Calendar
import Controllers
import Desired
import FoundationEssentials
import Host
import Reconciliation
import Specification
import Testing

/// Each kind of contradiction as a file and what is said of it: `Cases/NAME.yaml`, `Cases/NAME.txt`.
/// `STEWARD_REWRITE_GOLDEN=1` writes what is said anew; the review is the diff.
@Suite("What cannot hold in five years")
struct ContradictionTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases").path()
  static let start = Instant(rfc3339: "2026-11-23T12:00:00Z")!

  static let names: [String] = {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return found.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  static func bytes(of path: String) -> [UInt8]? {
    (try? Data(contentsOf: URL(filePath: path))).map(Array.init)
  }

  @Test("is said with its line, how often, and how to mend it", arguments: names)
  func found(name: String) throws {
    let bytes = try #require(Self.bytes(of: "\(Self.folder)/\(name).yaml"))
    let source = SourceFile(name: "environments/staging.yaml", contents: .success(bytes))
    let reading = EnvironmentFile(
      zones: SystemZones.database, controllers: Controllers.kinds, steward: nil
    ).read(source)
    let adopted = try #require(reading.adopted, "\(reading.mistakes.map(\.description))")
    let found = Contradictions(of: [adopted], kinds: Controllers.kinds, from: Self.start)
    var text = found.all.map {
      "\($0.place): \($0.finding.severity.rawValue) \($0.finding.code) of \($0.scope)\n  \($0.finding.message)\n  mend: "
        + "\($0.finding.mend)\n"
    }.joined()
    for (environment, reached) in found.cutOff.sorted(by: { $0.key < $1.key }) {
      text += "cut off: \(environment) at \(reached)\n"
    }
    if text.isEmpty { text = "everything can hold\n" }
    let golden = "\(Self.folder)/\(name).txt"
    if ProcessInfo.processInfo.environment["STEWARD_REWRITE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: URL(filePath: golden))
    }
    let expected = try #require(Self.bytes(of: golden), "\(golden) is missing")
    #expect(text == String(decoding: expected, as: UTF8.self))
  }

  @Test("there are cases")
  func cases() { #expect(Self.names.count >= 15) }

  @Test("the same files say the same, and other environments change nothing")
  func pure() throws {
    func adopted(_ name: String, as environment: String) throws -> AdoptedEnvironment {
      let bytes = try #require(Self.bytes(of: "\(Self.folder)/\(name).yaml"))
      let text = String(decoding: bytes, as: UTF8.self).replacing(
        "environment: staging", with: "environment: \(environment)")
      let source = SourceFile(name: "environments/\(environment).yaml", contents: .success(Array(text.utf8)))
      return try #require(
        EnvironmentFile(zones: SystemZones.database, controllers: Controllers.kinds, steward: nil).read(
          source
        )
        .adopted)
    }
    func all(_ environments: [AdoptedEnvironment]) -> [Contradiction] {
      Contradictions(of: environments, kinds: Controllers.kinds, from: Self.start).all
    }
    let one = try adopted("restore-overspends-the-month", as: "staging")
    let other = try adopted("rotates-more-often-than-the-window-opens", as: "other")
    #expect(all([one]) == all([one]))
    #expect(Set(all([one, other])) == Set(all([one]) + all([other])))
  }

  @Test("a budget raises nothing before all that it counts was looked at, and then what is right")
  func budgetWaits() throws {
    let bytes = try #require(Self.bytes(of: "\(Self.folder)/budget-holds.yaml"))
    let text = String(decoding: bytes, as: UTF8.self).replacing("monthly: $80", with: "monthly: $65")
    let source = SourceFile(name: "environments/staging.yaml", contents: .success(Array(text.utf8)))
    let adopted = try #require(
      EnvironmentFile(zones: SystemZones.database, controllers: Controllers.kinds, steward: nil).read(source)
        .adopted)
    var reconciler = Reconciler(kinds: Controllers.kinds)
    _ = reconciler.step(.adopted(adopted), now: Self.start)
    let budget = ResourceID(environment: "staging", controller: "budget", name: "monthly")
    for resource in adopted.resources.sorted(by: { $0.id < $1.id }) {
      let kind = try #require(Controllers.kinds.first { $0.name == resource.id.controller })
      let blank = try #require(kind.blank(resource))
      _ = reconciler.step(.observed(resource.id, .known(blank, at: Self.start)), now: Self.start)
      // Around the clock one instance alone would cost $72.
      #expect(reconciler.resources[budget]?.plan?.findings.isEmpty == true)
    }
    #expect(reconciler.environments["staging"]?.facts.use(of: "web")?.written == 2)
  }
}
