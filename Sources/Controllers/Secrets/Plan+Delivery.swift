import Calendar
import Reconciliation
import SecretStore

extension SecretPlanning {
  /// Rule 8.
  mutating func deliver() {
    guard let path = spec.file, let file = seen.file, let current else { return }
    if let reason = fileRefusal {
      plan.findings.append(
        Finding(
          "file-unusable", .warning, "\(path) \(reason), so it does not hold version \(current.number)",
          mend: file.state == .foreign
            ? "give the secret a file of its own, or move that one away"
            : "mend that; it is written by itself then",
          at: resource.place(of: "file")))
      isStuck = true
      return
    }
    let previous = overlapping?.number
    plan.wake(at: overlapping?.overlapUntil)
    guard file != .holds(current.number, previous: previous) else { return }
    if let drift {
      plan.findings.append(
        Finding(
          "file-changed", .warning, "\(path) \(drift); it is written anew",
          mend: file.state == .exposed
            ? "if somebody else may have read it: steward rotate \(resource.id)" : "find out who did it",
          at: resource.place(of: "file")))
    }
    append(
      SecretAction(.deliver, version: current.number, previous: previous, with: path, why: drift))
  }

  /// The former version that belongs into the file: the newest, while its overlap lasts.
  private var overlapping: SecretVersion? {
    former.first.flatMap { $0.overlapUntil.map { $0 > now } == true ? $0 : nil }
  }

  /// Why the file cannot be written; nil where it can.
  var fileRefusal: String? {
    guard let file = seen.file else { return nil }
    switch file.state {
    case .unusable: return "cannot be used (\(file.reason ?? "unknown why"))"
    case .foreign where !wasDelivered: return "holds other things and was never written from here"
    default: return nil
    }
  }

  /// What somebody else did to the file; nil where it is only out of date.
  private var drift: String? {
    switch seen.file?.state {
    case .missing where wasDelivered: "was removed"
    case .differs where wasDelivered, .foreign: "was edited"
    case .exposed: "is open to others than its owner"
    default: nil
    }
  }

  private var wasDelivered: Bool {
    guard let done = context.memory.lastDone["deliver"] else { return false }
    return (done.action["with"].text ?? done.details["file"].text) == spec.file
  }
}
