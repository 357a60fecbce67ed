/// How new versions reach an environment.
extension UnkeptSections {
  static let releases = Shape.keys([
    "from": .list(.choice("local", "branch", "main", "tag")),
    "promoted from": .name,
    "start": .list(.choice("manual", "automatic")),
    "rhythm": .text,
    "by": .names,
    "artifact": .keys(["kind": .required(.choice("docker image", "binary")), "scanned": .bool]),
    "gates": .texts,
    "approval": .keys([
      "by": .required(.names),
      "reviewers": .integer(0...10),
      "checklist": .texts,
    ]),
    "freeze": .dates,
    "smoke tests": .choice("none", "manual", "automatic"),
    "strategy": .choice("replace", "rolling", "blue-green"),
    "traffic": .trafficSteps,
    "watch": .texts,
    "verify": .texts,
    "takes": .keys(["at least": .duration, "at most": .required(.duration)]),
    // After 100 %: the old version at full size, then kept ready to start, then gone.
    "standby": .keys(["full size": .duration, "kept": .required(.duration)]),
    "rollback": .keys([
      "within": .required(.duration),
      "automatic": .bool,
      "steps": .texts,
    ]),
  ])

  static let migrations = Shape.named(
    .keys([
      "run": .required(.choice("before release", "by hand")),
      "steps": .texts,
      "lock timeout": .duration,
      "backfill batch": .integer(1...1_000_000),
      "tested on": .name,
      "tests": .texts,
      "drop columns": .choice("with the release", "when no standby uses them"),
    ]))

  static let testing = Shape.keys([
    "suite": .choice("full", "smoke"),
    "performance": .choice("within objectives", "not critical"),
    // Multiples of the expected traffic.
    "load": .range(1...100),
    "chaos": .texts,
    "migrations": .bool,
    "manual": .texts,
    "profiling": .bool,
    "security results": .choice("reviewed", "ignored"),
  ])
}
