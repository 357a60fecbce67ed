import Calendar
import Reconciliation

/// All that the simulation knows of one controller: what is drawn into the files, the part of the world that it is about,
/// what befalls that, what is promised of it, and which faults of it must be found.
///
/// To add a controller: a folder beside this file with a type that conforms, and one line in ``Sections/all``. `name`, `draw`
/// and `model` are enough to begin with: every promise of the kernel is then held against it, its forecast against what
/// happens, and its `expect` against the model.
protocol Section: Sendable {
  /// The section of the file, which is the controller's name.
  static var name: String { get }

  /// What an environment's file says in it. `draft` holds the sections before this one in ``Sections/all``, so that entries
  /// can refer to theirs.
  static func draw(beside draft: Draft, _ dice: inout Dice) -> [any Entry]

  /// The part of the world that a resource is about, as it is before the daemon first sees it.
  static func model(of id: ResourceID) -> any Model

  /// What can befall it beside the faults of looks and actions, which every section has.
  static var misfortunes: [Misfortune] { get }

  /// What is promised of it beside what is promised of everything.
  static var invariants: [any Invariant.Type] { get }

  /// Faults of its controller that must be found.
  static var plants: [Plant] { get }

  /// What of an observation an action decides, so that the model's can be held against `expect`'s: not which number a process
  /// got. Empty where nothing is compared.
  static func gist(of observed: AnyObserved) -> [String]

  /// The action whatever is said of it: what is the same twice is a repetition, for which there are pauses. By default the
  /// line, which names what it is done to.
  static func identity(of action: AnyAction) -> String

  /// What an action can cost, by what was last seen and what the file says: the judge's own view of it.
  static func risk(of action: AnyAction, on id: ResourceID, seen: AnyObserved?, _ shell: Shell) -> Risk

  /// The codes of findings that no time mends.
  static var lasting: Set<String> { get }

  /// Whether trouble with it excuses the others of its environment of which this is true as well.
  static var isEntangled: Bool { get }
}

extension Section {
  static var misfortunes: [Misfortune] { [] }
  static var invariants: [any Invariant.Type] { [] }
  static var plants: [Plant] { [] }
  static func gist(of observed: AnyObserved) -> [String] { [] }
  static func identity(of action: AnyAction) -> String { action.description }
  static func risk(of action: AnyAction, on id: ResourceID, seen: AnyObserved?, _ shell: Shell) -> Risk {
    .safe
  }
  static var lasting: Set<String> { [] }
  static var isEntangled: Bool { false }
}

/// The sections that are simulated.
enum Sections {
  /// In the order in which they are drawn and stand in the file: a line for each controller.
  static let all: [any Section.Type] = [
    CacheSection.self, DatabaseSection.self, SecretsSection.self, InstancesSection.self, LogsSection.self,
    BackupsSection.self, CertificatesSection.self, BudgetSection.self,
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  static func of(_ id: ResourceID) -> (any Section.Type)? { byName[id.controller] }
}

/// What is written of one resource in a draft.
protocol Entry: Sendable, Hashable {
  /// The section that it stands in.
  static var section: String { get }
  /// The name of its resource.
  var name: String { get }
  /// How its operator writes it, in the environment of that name.
  func lines(in environment: String) -> [String]
  /// After an honest edit.
  func edited(_ dice: inout Dice) -> Self
  /// With a wish in it that cannot be had; nil where nothing of it contradicts itself.
  func contradictory(_ dice: inout Dice) -> Self?
  /// Without what refers to others that `draft` does not have.
  func fitting(into draft: Draft) -> Self
}

extension Entry {
  func contradictory(_ dice: inout Dice) -> Self? { nil }
  func fitting(into draft: Draft) -> Self { self }
}

/// Something that can befall a section's part of the world.
struct Misfortune: Sendable, CustomStringConvertible {
  /// The section and what happens.
  let description: String
  /// How often, compared with the others.
  let weight: Int
  let strike: @Sendable (ResourceID, inout Dice, Stage) -> Void

  init<M: Model>(
    _ section: String, _ words: String, weight: Int = 1,
    _ strike: @escaping @Sendable (M, inout Dice, Stage) -> Void
  ) {
    description = "\(section): \(words)"
    self.weight = weight
    self.strike = { id, dice, stage in
      if let model = stage.model(id, as: M.self) { strike(model, &dice, stage) }
    }
  }

  /// All that can befall, by section.
  static let all: [(section: String, misfortunes: [Misfortune])] = Sections.all.map {
    ($0.name, $0.misfortunes)
  }.filter { !$0.misfortunes.isEmpty }
}
