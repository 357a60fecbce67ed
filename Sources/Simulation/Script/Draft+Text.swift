extension Draft {
  /// The file, as its operator writes it.
  var text: String {
    var lines = [
      "environment: \(name)", "purpose: a simulated environment", "data: synthetic", "timezone: \(zone)",
      "change window: \(changeWindow)",
      "guard: {disruptive: \(disruptive), destructive: \(destructive)}",
      "access: {read: [developers], operate: [operators], secrets: [qa], approve: [release-engineer]}",
    ]
    section("instances", instances.map(\.lines), &lines)
    section("secrets", secrets.map { $0.lines(in: name) }, &lines)
    section("logs", logs.map { $0.lines(in: name) }, &lines)
    section("backups", backups.map { $0.lines(in: name) }, &lines)
    return lines.joined(separator: "\n") + "\n"
  }

  private func section(_ name: String, _ entries: [[String]], _ lines: inout [String]) {
    guard !entries.isEmpty else { return }
    lines.append("\(name):")
    for entry in entries {
      lines.append("  \(entry[0])")
      lines += entry.dropFirst().map { "    \($0)" }
    }
  }
}

extension Draft.Instances {
  fileprivate var lines: [String] {
    var lines = [
      "\(name):", "run: [/srv/bin/serve, --level, \"\(level)\"]",
      count.count == 1 ? "count: \(count.lowerBound)" : "count: \(count.lowerBound)..\(count.upperBound)",
      "stop within: \(stopWithin)s", "variables: {LEVEL: \(level)}",
    ]
    if !open.isEmpty { lines.append("open: [\(open.map { "\"\($0)\"" }.joined(separator: ", "))]") }
    if !closed.isEmpty { lines.append("closed: [\(closed.joined(separator: ", "))]") }
    if !secrets.isEmpty { lines.append("secrets: [\(secrets.joined(separator: ", "))]") }
    return lines
  }
}

extension Draft.Secret {
  fileprivate func lines(in environment: String) -> [String] {
    if let fixed { return ["\(name):", "kind: fixed", "value: demo-value-\(fixed)"] }
    var lines = ["\(name):", "kind: token", "every: \(every)"]
    if overlap != "0s" { lines.append("overlap: \(overlap)") }
    if let file { lines.append("file: /srv/\(environment)/\(file).env") }
    if hasRotate { lines.append("rotate: [/srv/bin/set-\(name)]") }
    if hasTest { lines.append("test: [/srv/bin/test-\(name)]") }
    return lines
  }
}

extension Draft.Logs {
  fileprivate func lines(in environment: String) -> [String] {
    var lines = [
      "\(name):", "path: /var/log/\(environment)/\(name)", "match: \"*.log\"", "keep: \(keepDays)d",
    ]
    if let atMostMegabytes { lines.append("at most: \(atMostMegabytes) MB") }
    if let archiveAfterDays {
      lines.append("archive: {to: /srv/cold/\(environment)/\(name), after: \(archiveAfterDays)d}")
    }
    if let purgeAt { lines.append("purge at: \"\(purgeAt)\"") }
    return lines
  }
}

extension Draft.Backups {
  fileprivate func lines(in environment: String) -> [String] {
    var lines = [
      "\(name):", "in: /srv/backups/\(environment)/\(name)", "match: \"*.dump\"", "every: \(everyHours)h",
    ]
    if let drill {
      lines += ["drill: \"\(drill)\"", "restore: [/srv/bin/restore, \"{backup}\", \"{scratch}\"]"]
    }
    return lines
  }
}
