import Desired
import FoundationEssentials
import Specification
import Testing

/// YAML's features and traps, one to a file: `Features/NAME.yaml`, and in `Features/NAME.txt` the messages it gets; none
/// where it is adopted. `STEWARD_REWRITE_GOLDEN=1` writes the messages anew; the review is the diff.
@Suite("What YAML has, and which of it is read")
struct FeatureTests {
  static let folder = Reading.folder + "/Features"

  static let names: [String] = {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return found.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  @Test("a feature is read as a person reads it, or refused with what to write instead", arguments: names)
  func feature(name: String) throws {
    let bytes = try #require(Reading.bytes(of: "\(Self.folder)/\(name).yaml"))
    let reading = Reading.environment(bytes)
    let messages = reading.mistakes.map { "\($0)\n" }.joined()
    let golden = "\(Self.folder)/\(name).txt"
    if ProcessInfo.processInfo.environment["STEWARD_REWRITE_GOLDEN"] == "1" {
      try Data(messages.utf8).write(to: URL(filePath: golden))
    }
    let expected = try #require(Reading.bytes(of: golden), "\(golden) is missing")
    #expect(messages == String(decoding: expected, as: UTF8.self))
    #expect((reading.adopted == nil) == !expected.isEmpty)
  }

  @Test("there are cases")
  func cases() { #expect(Self.names.count > 80) }
}
