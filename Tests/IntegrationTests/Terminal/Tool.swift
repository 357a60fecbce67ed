import FoundationEssentials
import Glibc
import Testing

/// Something from outside that a test needs. On a laptop its absence is a skip that says so; where CI is set, a failure.
enum Tool {
  /// Whether all of `names` are installed.
  static func has(_ names: String...) -> Bool {
    names.allSatisfy { name in
      ["/usr/bin", "/bin"].contains { access("\($0)/\(name)", X_OK) == 0 }
    } || ProcessInfo.processInfo.environment["CI"] == "true"
  }
}
