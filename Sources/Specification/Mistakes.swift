/// Collects every mistake of a reading, so that an operator sees all of them at once.
///
/// A reader goes on after a mistake; whoever asked for the reading looks at `hasErrors` when it is done.
public final class Mistakes {
  /// More than this many in one file are the echo of one mistake; a terminal shows about as many lines.
  public static let perFileMax = 50

  private var collected: [Mistake] = []

  /// No mistakes yet.
  public init() {}

  /// Records an error.
  public func add(_ message: String, at place: Place) {
    add(Mistake(place: place, message: message))
  }

  /// Records something that is worth a look but refuses nothing.
  public func warn(_ message: String, at place: Place) {
    add(Mistake(place: place, severity: .warning, message: message))
  }

  /// Records a mistake made elsewhere.
  public func add(_ mistake: Mistake) {
    collected.append(mistake)
  }

  /// Whether anything was recorded that refuses the file.
  public var hasErrors: Bool { collected.contains { $0.severity == .error } }

  /// How many errors and warnings were recorded; compare before and after to know whether a part was read
  /// well.
  public var count: Int { collected.count }

  /// Whether there are more than anybody reads: then what was meant needs no search any more.
  public var isCrowded: Bool { count >= Self.perFileMax }

  /// All of them by place, each once; of each file at most `perFileMax` and then one line that counts the
  /// rest.
  public var all: [Mistake] {
    var seen: Set<Mistake> = []
    let ordered = collected.filter { seen.insert($0).inserted }
      .enumerated()
      .sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
      .map(\.element)
    var shown: [Mistake] = []
    var rest = ordered[...]
    while let file = rest.first?.place.file {
      let ofFile = rest.prefix { $0.place.file == file }
      rest = rest.dropFirst(ofFile.count)
      shown += ofFile.prefix(Self.perFileMax)
      let more = ofFile.dropFirst(Self.perFileMax)
      if let next = more.first {
        let severity: Mistake.Severity = more.contains { $0.severity == .error } ? .error : .warning
        shown.append(Mistake(place: next.place, severity: severity, message: "and \(more.count) more"))
      }
    }
    return shown
  }
}
