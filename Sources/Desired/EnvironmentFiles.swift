public import Reconciliation

/// The files of a folder's environments as they were last read: what of them is news for the reducer.
public struct EnvironmentFiles: Sendable {
  /// The digest of each as last told to the reducer.
  private var told: [String: String] = [:]
  /// The environments whose file is refused for nothing but what another one has.
  private var blocked: Set<String> = []
  /// What was in force when the daemon ended, until the first reading.
  private var lastGood: [String: EnvironmentReading] = [:]
  private var claims = Claims()
  private var inPlace: [String: InPlace] = [:]
  /// How soon to read again, since a file is being written where it lies; nil: none is.
  public private(set) var againIn: Duration?

  /// The same, told once: where the next reading fails, nothing new is known of it.
  public mutating func takeAgainIn() -> Duration? {
    defer { againIn = nil }
    return againIn
  }

  /// Nothing was read yet.
  public init() {}

  /// The environments that there were at the last reading.
  public var present: Set<String> { Set(told.keys) }

  /// Whether it would be news that a file is gone, or that there is nothing in it: it may be just being written anew.
  public func hasGap(in sources: [SourceFile]) -> Bool {
    let names = Set(sources.map(\.stem))
    return told.keys.contains { !names.contains($0) }
      || sources.contains { source in
        // Only what is empty is digested here: this is asked at every reading.
        guard (try? source.contents.get())?.isEmpty ?? true, let known = told[source.stem] else {
          return false
        }
        return known != source.digest
      }
  }

  /// Before the first reading: what was in force when the daemon ended. It keeps what it has, whoever wants it by now, and
  /// stays in force where its file has mistakes by now.
  public mutating func remember(_ reading: EnvironmentReading) {
    let reading = reading.beside(claims)
    guard reading.adopted != nil else { return }
    claims.adopt(reading)
    lastGood[reading.environment] = reading
  }

  /// What the reducer is to be told now that the folder holds `sources`.
  /// - Parameters:
  ///   - isAllNews: whether something changed that all of them refer to.
  ///   - read: understands one.
  ///   - adopted: is told of each that is in force from now on.
  public mutating func news(
    in sources: [SourceFile], isAllNews: Bool = false, reading read: (SourceFile) -> EnvironmentReading,
    adopted: (SourceFile) -> Void
  ) -> [Input] {
    // First what is gone: what it had is free.
    var inputs = released(besides: Set(sources.map(\.stem)))
    againIn = nil
    var waiting = sources.filter { isAllNews || told[$0.stem] != $0.digest || blocked.contains($0.stem) }
      .compactMap { source -> (SourceFile, reading: EnvironmentReading)? in
        let known = lastGood[source.stem].flatMap { $0.digest == source.digest ? $0 : nil }
        let (reading, before) = (known ?? read(source), inPlace[source.stem, default: InPlace()])
        guard told[source.stem] != source.digest else { return (source, reading) }
        if let wait = before.wait(for: source, reading) {
          againIn = min(againIn ?? wait, wait)
          return nil
        }
        return (source, before.checked(source, reading))
      }
    for (source, _) in waiting { inPlace[source.stem, default: InPlace()].identity = source.origin?.identity }
    // Whoever wants what another has is looked at again once that one let go of it, which may be in the same edit.
    var count = Int.max
    while waiting.count < count {
      count = waiting.count
      waiting = waiting.filter { source, reading in
        let reading = reading.beside(claims)
        guard reading.adopted != nil else { return true }
        claims.adopt(reading)
        if let adopted = reading.adopted { inPlace[source.stem]?.adopt(adopted) }
        told[source.stem] = source.digest
        blocked.remove(source.stem)
        adopted(source)
        inputs.append(reading.input)
        return false
      }
    }
    for (source, reading) in waiting {
      if let before = lastGood[source.stem] { inputs.append(before.input) }
      told[source.stem] = source.digest
      if reading.adopted == nil { blocked.remove(source.stem) } else { blocked.insert(source.stem) }
      inputs.append(reading.beside(claims).input)
    }
    lastGood = [:]
    return inputs
  }

  private mutating func released(besides present: Set<String>) -> [Input] {
    let gone = told.keys.filter { !present.contains($0) }.sorted()
    for name in gone {
      told[name] = nil
      inPlace[name] = nil
      blocked.remove(name)
      claims.release(name)
    }
    return gone.map { .released(environment: $0) }
  }
}
