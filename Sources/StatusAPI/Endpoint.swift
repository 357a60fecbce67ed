public import Calendar

/// One thing that can be asked of the status socket, and the type of its answer's body.
public struct Endpoint<Body: Decodable & Sendable>: Sendable {
  /// `GET` or `POST`.
  public let method: String
  /// The path: `/v1/status`.
  public let path: String
  /// The query's items, not encoded yet.
  public let query: [(name: String, value: String)]
  /// The body of a `POST`.
  public let body: RequestBody?
  /// Whether the daemon may think for long: a forecast, a verification.
  public let isLong: Bool

  init(
    _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: RequestBody? = nil,
    isLong: Bool = false
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.isLong = isLong
  }

  /// The path and the encoded query, as they stand in the request line.
  public var target: String {
    guard !query.isEmpty else { return path }
    return path + "?"
      + query.map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }.joined(separator: "&")
  }
}

extension Endpoint where Body == StatusBody {
  /// Every environment that the caller may see.
  public static var status: Endpoint { Endpoint("GET", "/v1/status") }
}

extension Endpoint where Body == PlanBody {
  /// What would be done now or then, in one environment or all.
  public static func plan(environment: String? = nil, at: Instant? = nil) -> Endpoint {
    Endpoint(
      "GET", "/v1/plan",
      query: [("environment", environment), ("at", at.map { "\($0)" })].compactMap { name, value in
        value.map { (name, $0) }
      })
  }
}

extension Endpoint where Body == ForecastBody {
  /// What will happen in so many days, in one environment or all.
  public static func forecast(days: Int, environment: String? = nil) -> Endpoint {
    Endpoint(
      "GET", "/v1/forecast",
      query: [("days", "\(days)")] + (environment.map { [("environment", $0)] } ?? []), isLong: true)
  }
}

extension Endpoint where Body == ReportBody {
  /// What happened since then and what comes, in one environment or all.
  public static func report(since: Instant, environment: String? = nil) -> Endpoint {
    Endpoint(
      "GET", "/v1/report",
      query: [("since", "\(since)")] + (environment.map { [("environment", $0)] } ?? []), isLong: true)
  }
}

extension Endpoint where Body == WhyBody {
  /// All that led to how a resource stands.
  public static func why(_ resource: String) -> Endpoint {
    Endpoint("GET", "/v1/why", query: [("resource", resource)])
  }
}

extension Endpoint where Body == WhyEnvironmentBody {
  /// Why an environment as a whole stands as it does.
  public static func why(environment: String) -> Endpoint {
    Endpoint("GET", "/v1/why/environment", query: [("environment", environment)])
  }
}

extension Endpoint where Body == WhyNotBody {
  /// Why an action is not being done to a resource.
  public static func whyNot(_ verb: String, _ resource: String) -> Endpoint {
    Endpoint("GET", "/v1/why/not", query: [("resource", resource), ("verb", verb)], isLong: true)
  }
}

extension Endpoint where Body == EventsBody {
  /// Events of the log.
  public static func events(_ query: EventsQuery = EventsQuery()) -> Endpoint {
    Endpoint("GET", "/v1/events", query: query.items)
  }
}

extension Endpoint where Body == FollowLine {
  /// Events as they happen, those after ``EventsQuery/after`` first.
  public static func follow(_ query: EventsQuery = EventsQuery()) -> Endpoint {
    Endpoint("GET", "/v1/events", query: query.items + [("follow", "true")])
  }
}

extension Endpoint where Body == VerifyBody {
  /// The most checkpoints of one question: they stand in the request's line, and a server reads no endless one.
  public static var checkpointsMax: Int { 64 }

  /// Whether the log is what was written, and still passes through each of ``checkpointsMax`` checkpoints at most.
  public static func verify(against checkpoints: [CheckpointBody] = []) -> Endpoint {
    Endpoint(
      "GET", "/v1/events/verify", query: checkpoints.map { ("checkpoint", $0.line) }, isLong: true)
  }
}

extension Endpoint where Body == CheckpointBody {
  /// The end of the log, to be kept elsewhere.
  public static var checkpoint: Endpoint { Endpoint("GET", "/v1/events/checkpoint") }
}

extension Endpoint where Body == VersionBody {
  /// Who answers.
  public static var version: Endpoint { Endpoint("GET", "/v1/version") }
}

extension Endpoint where Body == AnswerBody {
  /// Asks for something; `verb` is one of those in ``RequestBody``.
  public static func request(_ verb: String, _ body: RequestBody) -> Endpoint {
    Endpoint("POST", "/v1/requests/\(verb.percentEncoded)", body: body)
  }
}

extension Endpoint where Body == RevealBody {
  /// Reads a secret.
  public static func reveal(_ resource: String) -> Endpoint {
    Endpoint("POST", "/v1/secrets/reveal", body: RequestBody(scope: resource))
  }
}

extension String {
  /// The text with all but RFC 3986's unreserved characters encoded.
  var percentEncoded: String {
    let hex = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        encoded.append(byte)
      default: encoded += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}
