import Calendar
import Reconciliation

struct AcknowledgedIsKept: Invariant {
  static let sentence = "An acknowledged event is in the log when it is acknowledged, and for ever after."
  static let moments: Set<Moment.Kind> = [.answered, .started, .closed]
  private var acknowledged: [(sequence: Int64, message: String)] = []

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .answered(_, .accepted(let sequence, let message)):
      acknowledged.append((sequence, message))
      return missing(acknowledged[(acknowledged.count - 1)...], shell)
    case .started, .closed: return missing(acknowledged[...], shell)
    default: return nil
    }
  }

  private func missing(_ promised: ArraySlice<(sequence: Int64, message: String)>, _ shell: Shell) -> String?
  {
    for (sequence, message) in promised {
      let position = Int(sequence) - 1
      guard shell.log.indices.contains(position), shell.log[position].sequence == sequence,
        shell.log[position].message == message
      else { return "event \(sequence) was acknowledged (\(message)) and is not in the log" }
    }
    return nil
  }
}

struct IntentBeforeEffect: Invariant {
  static let sentence =
    "An action's effect never precedes its recorded intent, and each intent has one effect."
  static let moments: Set<Moment.Kind> = [.performing]
  private var performed: Set<Int64> = []

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .performing(let action, let resource, let intent) = moment else { return nil }
    guard performed.insert(intent).inserted else { return "\(resource.id): \(action) begins twice" }
    let position = Int(intent) - 1
    guard shell.log.indices.contains(position) else {
      return "\(resource.id): \(action) begins, and its intent \(intent) is not durable"
    }
    let event = shell.log[position]
    guard event.kind == .intended, event.scope == Scope(resource.id), event.body["action"] == action.json
    else {
      return "\(resource.id): \(action) begins, and event \(intent) announces something else"
    }
    return nil
  }
}

struct OneEndPerIntent: Invariant {
  static let sentence = "The log has no gaps, and each intent ends once at most: done, failed or interrupted."
  static let moments: Set<Moment.Kind> = [.recorded]
  private var last: Int64 = 0
  private var open: Set<Int64> = []

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .recorded(let events) = moment else { return nil }
    if let told = events.last, shell.log.last?.sequence != told.sequence {
      return "event \(told.sequence) is recorded, and the log ends at \(shell.log.last?.sequence ?? 0)"
    }
    for event in events {
      guard event.sequence == last + 1 else { return "event \(event.sequence) follows event \(last)" }
      last = event.sequence
      switch event.kind {
      case .intended: open.insert(event.sequence)
      case .done, .failed, .interrupted:
        guard let cause = event.cause, open.remove(cause) != nil else {
          return "event \(event.sequence) ends what was not open: \(event.message)"
        }
      default: break
      }
    }
    return nil
  }
}

struct LogTakesAll: Invariant {
  static let sentence =
    "Whatever is said from outside, what is recorded is what the log takes: a line of 16 KiB, a body of 1 MiB."
  static let moments: Set<Moment.Kind> = [.recorded]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .recorded(let events) = moment else { return nil }
    for event in events {
      let (line, body) = (event.message.utf8.count, event.body.bytes.count)
      guard line > 16 << 10 || body > 1 << 20 || event.actor.utf8.contains(0) else { continue }
      return
        "event \(event.sequence), \(event.kind.rawValue), has a line of \(line) bytes and a body of \(body)"
    }
    return nil
  }
}

struct MemoryIsTheLog: Invariant {
  static let sentence = "Memory that is rebuilt from the log equals memory that lived."
  static let moments: Set<Moment.Kind> = [.started, .turned, .closed]
  private var turns = 0

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .started(let memory):
      return memory == shell.remembered ? nil : "a start remembers something else than the log holds"
    case .turned:
      turns += 1
      guard turns % 200 == 0, shell.isAlive, !shell.isStalled else { return nil }
      return differs(shell)
    case .closed: return shell.isAlive ? differs(shell) : nil
    default: return nil
    }
  }

  private func differs(_ shell: Shell) -> String? {
    shell.reconciler.memory == shell.remembered
      ? nil
      : "the memory that lived, at event \(shell.reconciler.memory.lastSequence), is not the log's, "
        + "at \(shell.remembered.lastSequence)"
  }
}

struct LoopRests: Invariant {
  static let sentence = "The daemon's loop rests: it never turns two thousand times in one minute."
  static let moments: Set<Moment.Kind> = [.turned]
  private var turned: [Duration] = []
  private static let turnsMax = 2_000

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .turned = moment else { return nil }
    turned.append(shell.stage.elapsed)
    guard turned.count > Self.turnsMax else { return nil }
    let first = turned[turned.count - 1 - Self.turnsMax]
    defer { turned.removeFirst(turned.count > 2 * Self.turnsMax ? Self.turnsMax : 0) }
    return shell.stage.elapsed - first < .seconds(60) ? "two thousand turns since \(Trace.words(first))" : nil
  }
}
