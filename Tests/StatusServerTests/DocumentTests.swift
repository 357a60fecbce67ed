import Fixtures
import Logging
import Reconciliation
import StatusAPI
import Testing

@testable import StatusServer

/// The OpenAPI document against the code: the routes, the wire types and the closed sets of words. That the daemon's
/// answers are as described is seen where a real one is asked (IntegrationTests).
@Suite struct DocumentTests {
  let document: JSON

  init() throws { document = try JSON(parsing: APIDocument.bytes) }

  @Test("every route is described, and nothing else is")
  func routes() {
    let limits = ServerLimits()
    let routes = Routes(Town(), limits, ConnectionTable(limits), Logger(label: "test")).names
    let described = document["paths"].members.flatMap { path, operations in
      operations.members.keys.map { "\($0.uppercased()) \(path)" }
    }
    #expect(described.sorted() == routes.sorted())
  }

  /// The schemas that stand for whole bodies, and the types that the code encodes and decodes.
  private func bodies() throws -> [String: WireShape] {
    [
      "Answer": try WireShape(of: AnswerBody.self), "Error": try WireShape(of: ErrorBody.self),
      "Events": try WireShape(of: EventsBody.self), "Forecast": try WireShape(of: ForecastBody.self),
      "Checkpoint": try WireShape(of: CheckpointBody.self), "Plan": try WireShape(of: PlanBody.self),
      "Report": try WireShape(of: ReportBody.self),
      "Request": try WireShape(of: StatusAPI.RequestBody.self),
      "Reveal": try WireShape(of: RevealBody.self), "Status": try WireShape(of: StatusBody.self),
      "Verify": try WireShape(of: VerifyBody.self), "Version": try WireShape(of: VersionBody.self),
      "Why": try WireShape(of: WhyBody.self),
      "WhyEnvironment": try WireShape(of: WhyEnvironmentBody.self),
      "WhyNot": try WireShape(of: WhyNotBody.self),
    ]
  }

  @Test("a schema has just the members of its type, each of its kind, absent where it may be")
  func members() throws {
    for (name, shape) in try bodies() {
      let described = WireShape(schema: ["$ref": .string("#/components/schemas/\(name)")], in: document)
      #expect(described == shape, "\(name)")
    }
  }

  @Test("no schema is described that nothing refers to, and none is referred to that is not there")
  func references() throws {
    func referred(in json: JSON) -> Set<String> {
      let inside = json.members.values.map { $0 } + json.elements
      return inside.reduce(into: Set([json["$ref"].text].compactMap(\.self))) { found, part in
        found.formUnion(referred(in: part))
      }
    }
    let there = document["components"].members.flatMap { room, entries in
      entries.members.keys.map { "#/components/\(room)/\($0)" }
    }
    #expect(referred(in: document) == Set(there))
    // What a path refers to directly is a body, and held against its type above.
    let bodies = Set(try bodies().keys.map { "#/components/schemas/\($0)" })
    let direct = document["paths"].members.values.flatMap { operations in
      operations.members.values.flatMap { operation in
        [operation["requestBody"], operation["responses"]["200"]].flatMap { body in
          body["content"].members.values.compactMap { $0["schema"]["$ref"].text }
        }
      }
    }
    #expect(Set(direct).subtracting(["#/components/schemas/FollowLine"]).isSubset(of: bodies))
  }

  @Test("the closed sets of words are the code's own")
  func words() {
    func described(_ name: String) -> [String] {
      document["components"]["schemas"][name]["enum"].elements.compactMap(\.text)
    }
    #expect(described("EventKind") == EventKind.allCases.map(\.rawValue))
    #expect(described("Severity") == Severity.allCases.map(\.rawValue))
    #expect(described("Risk") == Risk.allCases.map(\.rawValue))
    #expect(described("State") == ResourceState.allCases.map(\.rawValue))
    #expect(described("EnvironmentState") == described("State") + ["released", "refused"])
  }

  @Test("the daemon serves the document to everybody, as it is")
  func served() async throws {
    try await serving { served in
      served.town.introduce(0, as: Caller(name: "mallory", roles: [], isOwner: false))
      let peer = try RawPeer(served.path)
      peer.send("GET /v1/openapi.json HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n")
      let answer = try #require(try await onOwnThread { peer.read() })
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(answer.utf8.suffix(APIDocument.bytes.count).elementsEqual(APIDocument.bytes))
    }
  }
}
