/// Text in Prometheus' exposition format, version 0.0.4.
struct MetricsText {
  private(set) var text = ""

  enum Kind: String { case gauge, counter }

  /// One metric: its name, what it says, and its samples.
  mutating func add(
    _ name: String, _ kind: Kind, _ help: String, _ samples: [([(String, String)], Double)]
  ) {
    guard !samples.isEmpty else { return }
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    for (labels, value) in samples {
      text += name
      if !labels.isEmpty {
        text += "{" + labels.map { "\($0)=\"\(MetricsText.escaped($1))\"" }.joined(separator: ",") + "}"
      }
      text += " \(MetricsText.number(value))\n"
    }
  }

  /// One metric with one sample and no labels.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double?) {
    if let value { add(name, kind, help, [([], value)]) }
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 9e15 ? "\(Int64(value))" : "\(value)"
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
