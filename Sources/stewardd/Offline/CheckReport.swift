import Calendar
import Controllers
import Desired
import Reconciliation
import Specification

/// What `steward check` found, as `--json` prints it.
struct CheckReport: Encodable {
  /// A promise that does not hold.
  struct Broken: Encodable {
    var scope: String
    var code: String
    var severity: Mistake.Severity
    var message: String
    var mend: String
    var place: Place
  }

  let mistakes: [Mistake]
  let contradictions: [Broken]
  /// An environment that is new to nobody is still one that an operator believes to be kept.
  let notKept: [UnkeptSection]
  /// The environments that could not be run forward for all of the years, and how far they came.
  let cutOff: [String: Instant]
  let summary: String

  private enum CodingKeys: CodingKey { case mistakes, contradictions, notKept, cutOff, summary }

  init(_ folder: ConfigurationFolder, from start: Instant) {
    let adopted = folder.environments.compactMap(\.adopted)
    let found = Contradictions(of: adopted, kinds: Controllers.kinds, from: start)
    mistakes = folder.mistakes
    notKept = adopted.flatMap(\.notKept)
    cutOff = found.cutOff
    contradictions = found.all.map {
      Broken(
        scope: "\($0.scope)", code: $0.finding.code,
        severity: $0.finding.severity == .critical ? .error : .warning, message: $0.finding.message,
        mend: $0.finding.mend, place: $0.place)
    }
    let resources = adopted.reduce(0) { $0 + $1.resources.count }
    let refused = folder.environments.count - adopted.count
    summary =
      "\(adopted.count) environments with \(resources) resources can be kept"
      + (refused == 0 ? "" : ", \(refused) would be refused")
      + (contradictions.isEmpty
        ? ""
        : "; \(contradictions.count) \(contradictions.count == 1 ? "promise does" : "promises do") not hold in "
          + "\(Contradictions.years) years")
  }

  /// As compilers print it, without the folder.
  var lines: [String] {
    mistakes.map { "\($0)" }
      + contradictions.map { "\($0.place): \($0.severity.rawValue): \($0.message); to mend it: \($0.mend)" }
      + cutOff.sorted { $0.key < $1.key }.map { name, reached in
        "environments/\(name).yaml:1:1: note: so much happens that it was run forward only to \(reached)"
      } + notKept.map { "\($0.place): note: `\($0.name)` is read, and not kept yet" }
  }

  var hasErrors: Bool {
    mistakes.contains { $0.severity == .error } || contradictions.contains { $0.severity == .error }
  }
}
