/// What is promised, watched, and said to whom.
extension UnkeptSections {
  static let objectives = Shape.keys([
    "over": .span,
    "availability": .percent,
    "latency p50": .duration,
    "latency p95": .duration,
    "latency p99": .duration,
    "error rate": .percent,
    "error budget": .choice("tracked", "gates releases", "ignored"),
  ])

  static let monitoring = Shape.keys([
    "depth": .required(.choice("basic", "full")),
    "errors": .choice("logged", "alerted"),
    "logs": .choice("inspected by hand", "searched"),
    "performance": .choice("not critical", "tracked"),
    "dashboards": .texts,
  ])

  /// Severity → route of steward.yaml; what is meant by the severity is said in `does`.
  static let alerts = Shape.keys([
    "critical": alert, "high": alert, "medium": alert, "low": alert,
  ])

  private static let alert = Shape.keys([
    "to": .required(.name),
    "does": .required(.choice("page", "ticket", "log", "report")),
    "every": .span,
  ])

  static let security = Shape.keys([
    "encryption": .list(.choice("at rest", "in transit")),
    "web firewall": .bool,
    "rate limit": .rate,
    "ssh": .keys([
      "when": .required(.choice("anytime", "emergency", "never")),
      "through": .text,
      "approval": .name,
    ]),
    "code": .choice("anything", "approved pull requests"),
    "vault": .keys(["audited": .required(.bool), "hardware": .bool]),
  ])

  static let compliance = Shape.keys([
    "residency": .keys([
      "region": .required(.text),
      "personal data leaves": .required(.choice("never", "with approval")),
    ]),
    "regulations": .texts,
    "retention": .text,
    "deletion on request": .choice("immediately", "not required"),
    "access log": .keys([
      "database": .text,
      "database approval": .bool,
      "ssh": .choice("syslog", "none"),
      "api": .texts,
      "personal data": .bool,
    ]),
  ])

  static let recovery = Shape.keys([
    "required": .required(.bool),
    "by": .required(.choice("rebuilding", "restoring a backup")),
    "point in time": .bool,
    "rto": .duration,
    "rpo": .duration,
  ])
}
