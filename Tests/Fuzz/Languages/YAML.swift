import Controllers
import Desired
import Host
import Specification

/// Not the machine's roles and routes, but those that the files in `config` and in the tests name.
private let steward = {
  var steward = StewardFile()
  for role in ["developers", "qa", "release-engineer", "dbas", "oncall"] {
    steward.roles[role] = .init(groups: [role])
  }
  steward.alertRoutes = ["on-call"]
  return steward
}()

/// An environment's file, from its bytes to what is adopted or refused.
let environment = Language(
  name: "environment",
  seeds: [
    "config/environments", "config/quickstart/environments", "Tests/DesiredTests/Refusals",
    "Tests/DesiredTests/Features",
  ]
) { bytes in
  let file = EnvironmentFile(zones: SystemZones.database, controllers: Controllers.kinds, steward: steward)
  let name = "environments/staging.yaml"
  let reading = file.read(SourceFile(name: name, contents: .success(bytes)))
  judge(reading.mistakes, isAdopted: reading.adopted != nil, in: name, bytes)
}

/// The daemon's own file.
let stewardFile = Language(
  name: "steward-file",
  seeds: ["config/steward.yaml", "config/quickstart/steward.yaml", "Tests/DesiredTests/Features"]
) { bytes in
  let reading = StewardFile.read(SourceFile(name: "steward.yaml", contents: .success(bytes)))
  judge(reading.mistakes, isAdopted: reading.steward != nil, in: "steward.yaml", bytes)
}

/// Adopted without an error, or refused with at least one; each at a place that an editor can go to.
private func judge(_ mistakes: [Mistake], isAdopted: Bool, in file: String, _ bytes: [UInt8]) {
  let hasErrors = mistakes.contains { $0.severity == .error }
  promise(isAdopted != hasErrors, "adopted: \(isAdopted), with \(mistakes)")
  // One more than any file has: of its mistakes and the line that counts the rest.
  promise(mistakes.count <= Mistakes.perFileMax + 1, "\(mistakes.count) mistakes")
  // YAML knows more ends of a line than "\n".
  let lines = bytes.count {
    $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") || $0 == 0x85 || $0 == 0xA8 || $0 == 0xA9
  }
  for mistake in mistakes {
    let place = mistake.place
    promise(place.file == file, "\(mistake)")
    promise((1...(lines + 2)).contains(place.line), "\(mistake) in \(lines) lines")
    promise((1...(bytes.count + 2)).contains(place.column), "\(mistake) in \(bytes.count) bytes")
    promise((1...16_000).contains(mistake.message.utf8.count), "\(mistake)")
    promise(!mistake.message.utf8.contains { $0 < 32 || $0 == 127 }, "\(mistake) has control characters")
  }
}
