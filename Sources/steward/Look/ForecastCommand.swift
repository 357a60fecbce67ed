import ArgumentParser
import StatusAPI

/// `steward forecast`: what will happen by itself.
struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast", abstract: "Show what will happen in the coming days if nobody does anything.")

  @Argument(help: "One environment.", completion: .environment)
  var environment: String?

  @Option(help: "How many days ahead.")
  var days = 7

  @OptionGroup var client: ClientOptions

  func validate() throws {
    guard (1...3660).contains(days) else { throw ValidationError("--days is from 1 to 3660") }
  }

  func run() throws {
    try client.show(.forecast(days: days, environment: environment)) { body in
      let when = When.local(body.from)
      var table = Table(["when", "resource", "what"])
      for line in body.lines {
        table.add([
          Table.Cell(when.moment(line.at)), Table.Cell(line.scope ?? "-"),
          Table.Cell(
            line.kind == "intended" ? line.message : "\(line.kind): \(line.message)",
            Paint(severity: line.severity)),
        ])
      }
      print(body.lines.isEmpty ? "nothing will happen by itself in \(days) days" : table.text(on: .output))
      if body.isCutOff {
        print("cut off: too much happens to show it all; ask for fewer days")
      }
    }
  }
}
