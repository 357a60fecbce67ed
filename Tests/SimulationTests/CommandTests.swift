import Fixtures
import Foundation
import Host
import Testing

@Suite("The command that simulates")
struct CommandTests {
  /// The test bundle lies beside the programs that were built with it, unless it was named by a path of its own.
  private static let program: String = {
    let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path()
    let built = FileManager.default.currentDirectoryPath + "/.build/debug/"
    return [beside, built].map { $0 + "steward-simulate" }.first { access($0, X_OK) == 0 }
      ?? "steward-simulate"
  }()

  private func simulate(_ arguments: [String]) async throws -> CommandResult {
    try await SubprocessRunner().run(
      Command([Self.program] + arguments, environment: [:], timeout: .seconds(300)))
  }

  private func line(_ said: String, _ prefix: String) throws -> Substring {
    try #require(said.split(separator: "\n").first { $0.contains(prefix) }, "\(said)")
  }

  @Test(
    "prints of what it finds the seed, the shortest run, and the one command that makes just that again",
    arguments: ["effects-before-record", "expects-nothing"])
  func replays(plant: String) async throws {
    let first = try await simulate(["--plant", plant, "--seed", "1", "--years", "0.17"])
    #expect(first.isSuccess)
    let said = first.output.text
    #expect(said.contains("\nseed 1"))
    let again = try line(said, "swift run -c release steward-simulate ")
    let arguments = again.split(separator: " ").drop { $0 != "steward-simulate" }.dropFirst().map(String.init)

    let second = try await simulate(arguments)
    let repeated = second.output.text
    #expect(try line(repeated, "NOT SO") == line(said, "NOT SO"))
    // The end of the run, line by line.
    func trace(_ said: String) -> Substring? {
      said.split(separator: "again:").first?.split(separator: ":\n").last
    }
    #expect(trace(repeated) == trace(said))
  }

  @Test("fails where a planted fault is not found, and where it is asked for what there is not")
  func fails() async throws {
    // No person asks for anything within a run without incidents.
    let missed = try await simulate(
      ["--plant", "forged-role", "--seed", "1", "--years", "0.17", "--only", "none"])
    #expect(missed.end == .exited(2), "\(missed.output.text)")
    for arguments in [["--plant", "nothing"], ["--seeds", "9..1"], ["--only", "3"], ["--years", "0"]] {
      #expect(try await !simulate(arguments).isSuccess, "\(arguments)")
    }
  }
}
