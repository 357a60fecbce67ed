import Backups
import Calendar
import Reconciliation

extension BackupsSection {
  static let plants = [
    Plant("tests-no-dump", "no dump is tested", Planted<TestsNoDump>.self),
    Plant("skips-drills", "no restore is proved", Planted<SkipsDrills>.self),
  ]
}

/// No dump is tested.
enum TestsNoDump: ForgetsActions {
  typealias Base = BackupsController
  static let verb = "verify"
}

/// No restore is proved.
enum SkipsDrills: ForgetsActions {
  typealias Base = BackupsController
  static let verb = "drill"
}
