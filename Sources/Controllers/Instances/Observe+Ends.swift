import Host
import Reconciliation

extension InstancesController {
  /// How instances ended, with the last words of each: read once, when a look first shows the end.
  func ends(of resource: Resource<InstancesSpec>) async -> [EndedInstance] {
    var ends: [EndedInstance] = []
    for end in ledger.ends(of: resource.id) {
      var lines = end.lines
      if lines == nil {
        lines = await lastLines(of: end)
        ledger.tell(lines ?? [], of: end)
      }
      ends.append(
        EndedInstance(
          index: end.mark.index, endedAt: end.endedAt, end: end.end.description, quickDeaths: end.quickDeaths,
          revision: end.mark.revision, lastLines: lines ?? []))
    }
    return ends
  }

  /// The last lines of an instance's output without the secrets that it was given. Where those cannot be read, and so
  /// not be recognized, nothing is shown.
  private func lastLines(of end: Ledger.End) async -> [String] {
    guard let output = try? await children.recentOutput(of: end.mark.instance), !output.isEmpty,
      let values = try? await values(of: end.mark.secrets, in: end.mark.resource.environment)
    else { return [] }
    return LastLines.shown(output, without: values)
  }
}

/// What is shown of an output.
enum LastLines {
  /// Shorter pieces of a secret of many lines are braces and blanks.
  private static let pieceBytesMin = 8

  static func shown(_ output: [String], without secrets: [String]) -> [String] {
    // A secret of many lines, a key for one, may be printed only in part, or with other words between its lines.
    let pieces = secrets.flatMap { secret in
      secret.split(whereSeparator: \.isNewline).map(String.init).filter { $0.utf8.count >= pieceBytesMin }
    }
    let text = Array(output.joined(separator: "\n").utf8)
    return Redaction.lines(of: text, without: (secrets + pieces).map { Array($0.utf8) })
      .suffix(EndedInstance.linesMax)
      .map {
        $0.count > EndedInstance.lineCharactersMax ? $0.prefix(EndedInstance.lineCharactersMax) + "…" : $0
      }
  }
}
