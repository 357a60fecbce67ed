import Calendar
import Controllers
import Desired
import FoundationEssentials
import Reconciliation
import Specification

/// What the tests read files with.
enum Reading {
  static let zones = ZoneDatabase { name in
    FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)").map(Array.init)
  }

  static let controllers = Controllers.kinds

  static var steward: StewardFile {
    var steward = StewardFile()
    steward.roles = ["developers": .init(groups: ["developers"]), "qa": .init(), "release-engineer": .init()]
    steward.alertRoutes = ["on-call"]
    return steward
  }

  static func environment(_ bytes: [UInt8], named name: String = "environments/staging.yaml")
    -> EnvironmentReading
  {
    file.read(SourceFile(name: name, contents: .success(bytes)))
  }

  static var file: EnvironmentFile {
    EnvironmentFile(zones: zones, controllers: controllers, steward: steward)
  }

  static func environment(_ text: String, named name: String = "environments/staging.yaml")
    -> EnvironmentReading
  {
    environment(Array(text.utf8), named: name)
  }

  /// A file with nothing wrong in it, and what the text adds.
  static func good(_ more: String = "") -> String {
    "environment: staging\ndata: production-like\ntimezone: Europe/Berlin\n" + more
  }

  static func bytes(of path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map(Array.init)
  }

  /// The folder of this file, and through it the project's.
  static let folder = String(#filePath.dropLast("/Reading.swift".count))
}
