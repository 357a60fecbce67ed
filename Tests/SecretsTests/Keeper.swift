import Calendar
import Host
import Reconciliation
import Specification
import Testing

@testable import Secrets

/// A daemon small enough for a test: the real reducer, one real controller, and a log in memory.
final class Keeper {
  let workshop: Workshop
  private(set) var reconciler: Reconciler
  private(set) var events: [Event] = []
  private let live: LiveController
  private var inbox: [Input] = []

  static let id = ResourceID(environment: "staging", controller: "secrets", name: "API_KEY")

  init(_ workshop: Workshop, _ controller: SecretsController? = nil, after events: [Event] = []) {
    self.workshop = workshop
    live = LiveController(controller ?? workshop.controller())
    self.events = events
    var memory = Memory()
    for event in events { memory.apply(event) }
    reconciler = Reconciler(kinds: [live.kind], memory: memory)
    // Each look reads and compares real files; a daemon's sixty seconds would make a year of them.
    reconciler.limits.lookEvery = .seconds(86_400)
  }

  /// Takes the file in and lets everything happen that happens at once.
  func adopt(_ section: Written, of header: EnvironmentHeader = .staging()) async throws {
    let mistakes = Mistakes()
    let node = section.node()
    let resources = live.kind.read(node, of: header, mistakes: mistakes)
    #expect(mistakes.all.isEmpty)
    try await settle(
      .started(version: "test"),
      .adopted(
        AdoptedEnvironment(
          header: header, resources: resources, notKept: [], file: "staging.yaml", digest: node.digest)))
  }

  /// Feeds the inputs and performs what comes of them until nothing more does.
  func settle(_ inputs: Input...) async throws {
    inbox += inputs
    var steps = 0
    while !inbox.isEmpty {
      steps += 1
      #expect(steps < 1000, "it does not come to rest")
      guard steps < 1000 else { return }
      for effect in reconciler.step(inbox.removeFirst(), now: workshop.clock.now) {
        try await perform(effect)
      }
    }
  }

  /// Lets time pass as the daemon would: from wake to wake.
  func pass(_ duration: Duration) async throws {
    let end = workshop.clock.now + duration
    while let next = reconciler.nextWake, next <= end {
      workshop.clock.advance(to: max(next, workshop.clock.now))
      try await settle(.woke)
    }
    workshop.clock.advance(to: end)
    try await settle(.woke)
  }

  /// Lets a minute pass and then looks, as the daemon does at least once in that time.
  func lookAgain() async throws {
    try await pass(.seconds(61))
    try await settle(.noticed(Keeper.id))
  }

  private func perform(_ effect: Effect) async throws {
    switch effect {
    case .record(let recorded): events += recorded
    case .observe(let resource): inbox.append(.observed(resource.id, await live.observe(resource)))
    case .perform(let action, let resource, let intent):
      do {
        inbox.append(
          .finished(intent: intent, of: resource.id, .success(try await live.apply(action, to: resource))))
      } catch let failure as Failure {
        inbox.append(.finished(intent: intent, of: resource.id, .failure(failure)))
      }
    case .answer, .reveal: break
    }
  }

  var plan: AnyPlan? { reconciler.resources[Keeper.id]?.plan }

  /// The verbs of the actions that took place.
  var done: [String] { events.filter { $0.kind == .done }.compactMap { $0.body["verb"].text } }

  var findings: [String] { plan?.findings.map(\.code) ?? [] }
}
