import Calendar
import Reconciliation
import Specification

/// A controller of these tests: it reads its section and keeps nothing. The real ones have tests of their
/// own; here only matters that sections reach their controllers.
struct Kept<Section: KeptSection>: Controller {
  struct Action: ControllerAction {
    var verb: String { "nothing" }
    var risk: Risk { .safe }
    var description: String { "nothing" }
  }

  static var name: String { Section.name }

  static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Reconciliation.Resource<String>] {
    MappingReader.entries(of: section, path: name, mistakes: mistakes).map { entry in
      MappingReader.read(entry.node, path: "\(name)/\(entry.name.text)", mistakes: mistakes, Section.read)
      let id = ResourceID(environment: environment.name, controller: name, name: entry.name.text)
      return Resource(id, spec: entry.name.text, node: entry.node)
    }
  }

  func observe(_ resource: Reconciliation.Resource<String>) async -> Observation<String> {
    .unknown(reason: "nothing is kept in a test", since: Instant(seconds: 0))
  }

  static func plan(
    _ resource: Reconciliation.Resource<String>, _ observed: Observation<String>, _ context: PlanContext
  ) -> Plan<Action> {
    Plan(.ready, cell: "", headline: "")
  }

  func apply(_ action: Action, to resource: Reconciliation.Resource<String>) async throws -> Outcome {
    Outcome("nothing")
  }

  static func expect(
    _ action: Action, of resource: Reconciliation.Resource<String>, after observed: String, at now: Instant
  ) -> String { observed }
}

protocol KeptSection {
  static var name: String { get }
  static func read(_ reader: MappingReader)
}

enum InstancesSection: KeptSection {
  static let name = "instances"

  static func read(_ reader: MappingReader) {
    let on = reader.choice("on", of: ["process", "systemd"])
    _ = reader.command("run", on == "systemd" ? .optional : .required)
    _ = reader.text("unit")
    if let scale = reader.mapping("scale") {
      _ = scale.range("between", in: 1...100, .required)
      _ = scale.percent("processor")
      _ = scale.duration("in after")
      scale.close()
    }
    _ = reader.range("count", in: 0...100)
    _ = reader.integer("port", in: 1...65_535)
    _ = reader.path("folder")
    _ = reader.hours(open: "open", closed: "closed")
    _ = reader.variables("variables")
    _ = reader.names("secrets")
    _ = reader.duration("stop within")
    _ = reader.duration("ready after")
  }
}

enum SecretsSection: KeptSection {
  static let name = "secrets"

  static func read(_ reader: MappingReader) {
    _ = reader.choice("kind", of: ["database-password", "api-key", "signing-key", "fixed"], .required)
    _ = reader.span("every")
    _ = reader.span("overlap")
    _ = reader.text("in")
    _ = reader.name("role")
    _ = reader.path("file")
    _ = reader.command("rotate")
    _ = reader.command("test")
    _ = reader.literal("value")
  }
}

enum LogsSection: KeptSection {
  static let name = "logs"

  static func read(_ reader: MappingReader) {
    _ = reader.path("path", .required)
    _ = reader.text("match")
    _ = reader.span("keep")
    _ = reader.bytes("at most")
    if let archive = reader.mapping("archive") {
      _ = archive.path("to", .required)
      _ = archive.span("after", .required)
      archive.close()
    }
    _ = reader.recurrence("purge at")
  }
}

enum BackupsSection: KeptSection {
  static let name = "backups"

  static func read(_ reader: MappingReader) {
    _ = reader.text("of")
    _ = reader.path("in", .required)
    _ = reader.text("match")
    _ = reader.choice("with", of: ["files"])
    _ = reader.span("every")
    _ = reader.duration("rpo")
    _ = reader.duration("rto")
    _ = reader.percent("shrink at most")
    _ = reader.recurrence("drill")
    _ = reader.command("restore")
  }
}
