import Calendar
public import Reconciliation
public import Specification

extension InstancesController {
  public static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Resource<InstancesSpec>] {
    MappingReader.entries(of: section, path: name, mistakes: mistakes).compactMap { entry in
      let id = ResourceID(environment: environment.name, controller: name, name: entry.name.text)
      return InstancesSpec(
        reading: entry.node, named: entry.name.text, path: "\(name)/\(entry.name.text)", mistakes: mistakes
      ).map { Resource(id, spec: $0, node: entry.node) }
    }
  }

  /// Two that listen on one port would take turns in failing to start; two that keep one template, in stopping the other's.
  public static func claims(of resource: Resource<InstancesSpec>) -> [Claim] {
    let spec = resource.spec
    let unit = Claim("\(spec.unit).service", by: "unit", instead: "each needs a template of its own")
    let ports = spec.ports.map(Array.init) ?? []
    let range = ports.count > 1 ? "its instances get \(ports[0]) to \(ports[ports.count - 1]); " : ""
    return (spec.on == .systemd ? [unit] : [])
      + ports.map { Claim("port \($0)", by: "port", instead: "\(range)each needs ports of its own") }
  }
}

extension InstancesSpec {
  /// The ports of all instances that there may be.
  var ports: ClosedRange<Int>? {
    guard let port, highest > 0 else { return nil }
    return port...(port + highest - 1)
  }

  /// Reads one entry; nil after a mistake without which nothing can be said of the rest.
  init?(reading node: SpecNode, named name: String, path: String, mistakes: Mistakes) {
    let before = mistakes.count
    let reader = MappingReader(node, path: path, mistakes: mistakes)
    defer { reader.close() }
    let on = reader.choice("on", Supervision.self) ?? .process
    self.init(run: reader.command("run", on == .process ? .required : .optional) ?? [])
    self.on = on
    unit = Self.unit(reader, on, named: name)
    count = reader.range("count", in: 0...InstancesSpec.countMax) ?? count
    readScaling(reader)
    port = reader.integer("port", in: 1...65535)
    folder = reader.path("folder") ?? folder
    hours = reader.hours(open: "open", closed: "closed") ?? hours
    variables = reader.variables("variables") ?? [:]
    secrets = (reader.names("secrets") ?? []).sorted()
    stopWithin = reader.duration("stop within") ?? stopWithin
    readyAfter = reader.duration("ready after") ?? readyAfter
    checkNames(reader)
    checkUnitVariables(reader)
    checkLimits(reader)
    for mistake in Placeholders.mistakes(in: run, hasPort: port != nil) {
      reader.refuse("run", "`run`: \(mistake)")
    }
    if mistakes.count > before, mistakes.hasErrors { return nil }
  }

  private func checkLimits(_ reader: MappingReader) {
    if let ports, ports.upperBound > 65535 {
      reader.refuse(
        "port",
        "`port`: the last of \(highest) instances would get \(ports.upperBound); 65535 is the last")
    }
    for (key, value) in [("stop within", stopWithin), ("ready after", readyAfter)]
    where value > InstancesSpec.waitMax {
      reader.refuse(key, "`\(key)`: at most \(TimeSpan(duration: InstancesSpec.waitMax))")
    }
    if run.contains(where: { $0.utf8.contains(0) }) {
      reader.refuse("run", "`run`: no argument can hold a NUL")
    }
  }

  /// A name means one thing in the environment of a process.
  private func checkNames(_ reader: MappingReader) {
    for name in variables.keys.sorted() {
      let why: String? =
        if !Self.isVariable(name) {
          "is no name of a variable: letters, digits and `_` only"
        } else if name.hasPrefix(Mark.prefix) {
          "begins with \(Mark.prefix), which is the daemon's"
        } else if name == "PORT", port != nil {
          "is set by `port`"
        } else if secrets.contains(name) {
          "is one of `secrets` too"
        } else if secrets.contains(where: { name == $0 + ChildEnvironment.previousSuffix }) {
          "is kept for the secret's previous version"
        } else if variables[name]?.utf8.contains(0) == true {
          "holds a NUL, which no variable can"
        } else {
          nil
        }
      if let why { reader.refuse("variables", "`variables`: `\(name)` \(why)") }
    }
    for name in secrets {
      let why: String? =
        if !Self.isVariable(name) {
          "is no name of a variable, and the secret's name becomes one: letters, digits and `_` only"
        } else if name.hasPrefix(Mark.prefix) || name == "PORT" && port != nil {
          "is a variable that the daemon sets itself"
        } else if secrets.contains(where: { name == $0 + ChildEnvironment.previousSuffix }) {
          "is kept for the previous version of another"
        } else {
          nil
        }
      if let why { reader.refuse("secrets", "`secrets`: `\(name)` \(why)") }
    }
  }

  private static func isVariable(_ name: String) -> Bool { !name.utf8.contains(UInt8(ascii: "-")) }
}
