import Fixtures
import FoundationEssentials
import Glibc

/// What daemons pass that nobody kills: every point, and when.
struct Learned: Sendable {
  /// By step, in the order in which they are passed from its beginning on.
  let places: [Step: [Place]]

  /// Learned once, by everything happening once in one town.
  static let once = Task { try await Learned() }

  init() async throws {
    let world = try World()
    var places: [Step: [Place]] = [:]
    for step in Step.allCases {
      world.daemon?.end(SIGKILL)
      if step != .birth { try step.prepare(world) }
      guard try await world.live() else {
        throw Broken(description: "\(step): the daemon died\n\(world.lastWords)")
      }
      let isStart = [.birth, .restart, .wideLog, .longOutput].contains(step)
      let before = isStart ? 0 : world.daemon?.passed.count ?? 0
      try await world.pass(step)
      places[step] = Learned.places(of: world.daemon?.passed ?? [], in: step, from: before)
      if world.daemon?.ended != nil { try await world.live() }
      do {
        try await world.checkPromises()
      } catch {
        throw Broken(description: "\(step): \(error)\n\(world.lastWords)")
      }
    }
    try await world.verify()
    self.places = places
  }

  private static func places(of passed: [String], in step: Step, from start: Int) -> [Place] {
    var times: [String: Int] = [:]
    var places: [Place] = []
    for (index, point) in passed.enumerated() {
      times[point, default: 0] += 1
      if index >= start { places.append(Place(step: step, point: point, time: times[point] ?? 1)) }
    }
    return places
  }

  /// Each point once, in the step that costs least.
  var points: [Place] {
    var seen: Set<String> = []
    let steps = Step.allCases.filter { $0 != .birth && $0 != .flood } + [.birth, .flood]
    return steps.flatMap { places[$0] ?? [] }.filter { seen.insert($0.point).inserted }
  }
}

/// The effects as they stand in the sources.
enum Effects {
  /// Each effect's name.
  static func named() throws -> Set<String> {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources").path()
    var names: Set<String> = []
    for file in Tree.files(sources) where file.hasSuffix(".swift") && !file.hasPrefix("CrashPoints/") {
      let text = String(decoding: Bytes.read("\(sources)/\(file)"), as: UTF8.self)
      for match in text.matches(of: #/\beffect\("([A-Za-z.]+)"/#) { names.insert(String(match.1)) }
    }
    return names
  }

  /// The effect that a point is the beginning or the end of.
  static func name(of point: String) -> String {
    let path = point.prefix { $0 != ":" }
    return path.split(separator: "/").last.map(String.init) ?? ""
  }
}
