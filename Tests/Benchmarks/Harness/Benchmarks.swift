import FoundationEssentials
import Glibc

/// Measures Steward against real things, in turn, and says what came of it.
///
///     steward-benchmarks [--json FILE] [--list] [--smoke] [NAME…]   every figure whose name begins with one of these
///
/// `--smoke` takes one short round of each: whether it can be measured, in CI, with whatever build. Exits with 1 where one
/// cannot.
///
/// No library measures so: the ones there are (ordo-one/benchmark, google/swift-benchmark) time one closure against
/// its own past, where what is asked here is a ratio to another program in the same minutes.
@main
struct Benchmarks {
  static func main() async throws {
    var names = Array(CommandLine.arguments.dropFirst())
    var json: String?
    if let at = names.firstIndex(of: "--json"), at + 1 < names.count {
      json = names[at + 1]
      names.removeSubrange(at...(at + 1))
    }
    let effort = names.contains("--smoke") ? Effort.smoke : .full
    names.removeAll { $0 == "--smoke" }
    if names == ["--list"] {
      for benchmark in figures { print("\(benchmark.name): \(benchmark.title)") }
      return
    }
    let wanted = figures.filter { figure in names.isEmpty || names.contains { figure.name.hasPrefix($0) } }
    guard !wanted.isEmpty else { throw Program.Failed(description: "no figure is called so; see --list") }
    if effort == .full {
      say("\(machine)\nsmallest, median and largest; ratios are Steward's over the other's, round by round\n")
    }
    var report = Report(machine: machine, outcomes: [])
    var failures = 0
    for benchmark in wanted {
      do {
        let outcome = try await Outcome(of: benchmark, in: Scratch(benchmark.name), effort)
        say(effort == .full ? outcome.lines.joined(separator: "\n") + "\n" : outcome.shortLine)
        report.outcomes.append(outcome)
      } catch let skipped as Skipped {
        say("\(benchmark.name): skipped: \(skipped.reason)")
      } catch {
        failures += 1
        say("\(benchmark.name): could not be measured: \(error)\n")
      }
      Program.sweep()
    }
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(report).write(to: URL(filePath: json))
    }
    if failures > 0 { exit(1) }
  }

  /// Prints at once: a figure can take minutes, and whoever waits for it sees the ones before.
  static func say(_ text: String) {
    let bytes = Array("\(text)\n".utf8)
    write(1, bytes, bytes.count)
  }

  private struct Report: Codable {
    let machine: String
    var outcomes: [Outcome]
  }

  /// What it was measured on.
  private static var machine: String {
    let information = (try? String(contentsOf: URL(filePath: "/proc/cpuinfo"), encoding: .utf8)) ?? ""
    let model = information.split(separator: "\n").first { $0.hasPrefix("model name") }
      .flatMap { $0.split(separator: ":").last }.map { $0.drop { $0 == " " } }
    return "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))) × \(model ?? "a processor")"
  }
}
