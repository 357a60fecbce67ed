import Desired
import FoundationEssentials
import Specification
import Testing

/// Each class of refusal as a file and the messages it gets: `Refusals/NAME.yaml`, `Refusals/NAME.txt`. A NAME that begins
/// with `steward-` is a `steward.yaml`, any other an environment's file.
/// `STEWARD_REWRITE_GOLDEN=1` writes the messages anew; the review is the diff.
@Suite("What a file is refused for")
struct RefusalTests {
  static let folder = Reading.folder + "/Refusals"

  static let names: [String] = {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return found.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  @Test("a bad file is refused as a whole, with where, what, and what was meant", arguments: names)
  func refusal(name: String) throws {
    let bytes = try #require(Reading.bytes(of: "\(Self.folder)/\(name).yaml"))
    let mistakes: [Mistake]
    if name.hasPrefix("steward-") {
      let reading = StewardFile.read(SourceFile(name: "steward.yaml", contents: .success(bytes)))
      #expect(reading.steward == nil)
      mistakes = reading.mistakes
    } else {
      let reading = Reading.environment(bytes)
      #expect(reading.adopted == nil)
      mistakes = reading.mistakes
    }
    let messages = mistakes.map { "\($0)\n" }.joined()
    let golden = "\(Self.folder)/\(name).txt"
    if ProcessInfo.processInfo.environment["STEWARD_REWRITE_GOLDEN"] == "1" {
      try Data(messages.utf8).write(to: URL(filePath: golden))
    }
    let expected = try #require(Reading.bytes(of: golden), "\(golden) is missing")
    #expect(messages == String(decoding: expected, as: UTF8.self))
  }

  @Test("there are cases")
  func cases() { #expect(Self.names.count > 40) }

  @Test("a file that cannot be read says why")
  func unreadable() {
    let reading = EnvironmentFile(zones: Reading.zones, controllers: [], steward: nil)
      .read(
        SourceFile(name: "environments/dev.yaml", contents: .failure(UnreadableFile("Permission denied"))))
    #expect(reading.adopted == nil)
    #expect(reading.environment == "dev")
    #expect(
      reading.mistakes.map(\.description) == [
        "environments/dev.yaml:1:1: error: the file cannot be read: Permission denied"
      ])
  }
}
