import Desired
import Glibc
import Specification
import Testing

@Suite("Files that would like to cost something")
struct HostileFileTests {
  /// What is promised is 50 ms of a processor; without optimisation the same takes some twenty times as long, and
  /// twice that where another thread shares the core.
  #if DEBUG
    static let patience = 3_000_000_000
  #else
    static let patience = 50_000_000
  #endif

  /// The processor time of this thread in nanoseconds: what else the machine does meanwhile does not count.
  private static func processorTime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  static let hostile: [(name: String, text: String)] = [
    ("alias bomb", bomb),
    ("flow lists", String(repeating: "[", count: 100_000)),
    ("flow mappings", String(repeating: "{a: ", count: 100_000)),
    ("lists in lists", String(repeating: "- ", count: 100_000)),
    ("keys in keys", String(repeating: "? ", count: 100_000)),
    ("indentation", (0..<1_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
    ("aliases", "a: [" + String(repeating: "*x,", count: 200_000)),
    ("many keys", (0..<100_000).map { "k\($0): 1\n" }.joined()),
    ("many unknown keys", Reading.good((0..<9_000).map { "purpos\($0): 1\n" }.joined())),
    (
      "many unknown secrets",
      Reading.good(
        "instances: {a: {run: [/a], secrets: [" + (0..<6_000).map { "ka\($0), " }.joined() + "]}}\nsecrets: {"
          + (0..<6_000).map { "kb\($0): {kind: api-key}, " }.joined() + "}\n")
    ),
    (
      "many windows",
      Reading.good("change window: [" + String(repeating: "Mon 07:00-08:00, ", count: 10_000) + "]\n")
    ),
    ("one long line", String(repeating: "a", count: 1_000_000)),
    ("many colons", String(repeating: "a: ", count: 300_000)),
    ("an open quote", "a: \"" + String(repeating: "x ", count: 500_000)),
    ("two megabytes", String(repeating: "#\n", count: 1_000_000)),
    ("anchors", String(repeating: "&a ", count: 300_000)),
    ("tags", String(repeating: "!a ", count: 300_000)),
    ("question marks", String(repeating: "?\n", count: 400_000)),
    ("brackets on lines", String(repeating: "[\n", count: 400_000)),
  ]

  /// Nine levels of nine references each: 387,420,489 values for who follows them.
  static let bomb = {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<9 {
      let references = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(references)]\n"
    }
    return text
  }()

  @Test("each is refused, soon", arguments: hostile.map(\.name))
  func refused(name: String) throws {
    let text = try #require(Self.hostile.first { $0.name == name }?.text)
    let bytes = Array(text.utf8)
    let start = Self.processorTime()
    let reading = Reading.environment(bytes)
    let took = Self.processorTime() - start
    #expect(reading.adopted == nil)
    #expect(!reading.mistakes.isEmpty)
    #expect(reading.mistakes.count <= 51)
    #expect(took < Self.patience)
  }

  @Test("any bytes are read or refused, and never crash")
  func anyBytes() {
    var seed = UInt64.random(in: 0...UInt64.max)
    let first = seed
    func random(_ bound: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(truncatingIfNeeded: seed >> 33) % bound
    }
    let alphabet = Array("ab:- ,[]{}\"'#&*!|>%@`?\n\n  \t\r0123~<=é\u{0}".utf8)
    for _ in 0..<3_000 {
      let isBinary = random(4) == 0
      let bytes = (0..<random(200)).map { _ in
        isBinary ? UInt8(random(256)) : alphabet[random(alphabet.count)]
      }
      #expect(Reading.environment(bytes).adopted == nil, "seed \(first): \(bytes)")
    }
  }

  @Test("a good file cut anywhere or with one byte changed is read or refused with a message")
  func mutations() throws {
    let good = try #require(Reading.bytes(of: Reading.folder + "/../../config/environments/staging.yaml"))
    var seed = UInt64.random(in: 0...UInt64.max)
    let first = seed
    func random(_ bound: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(truncatingIfNeeded: seed >> 33) % bound
    }
    for _ in 0..<300 {
      var bytes = good
      if random(2) == 0 {
        bytes = Array(bytes.prefix(random(bytes.count)))
      } else {
        bytes[random(bytes.count)] = UInt8(random(128))
      }
      let reading = Reading.environment(bytes)
      #expect(reading.adopted != nil || !reading.mistakes.isEmpty, "seed \(first)")
    }
  }

  @Test("half of a file that a saving editor leaves for a moment is one clear mistake")
  func halves() {
    let text = Reading.good(
      "instances:\n  web:\n    run: [/srv/web, --port, \"{port}\"]\n    variables: {A: b}\n")
    for end in ["instances:\n  web:\n    run: [/srv/we", "variables: {A", "\"{po"] {
      guard let range = text.firstRange(of: end) else {
        Issue.record("\(end) is not in the text")
        continue
      }
      let mistakes = Reading.environment(String(text[..<range.upperBound])).mistakes
      #expect(mistakes.count == 1, "\(mistakes)")
    }
  }
}
