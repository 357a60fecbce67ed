import HeapModule
import Reconciliation

/// What is to happen, in the order of its moments; at one moment in the order in which it was asked for.
struct Queue {
  private var heap = Heap<Entry>()
  private var asked = 0

  private struct Entry: Comparable {
    let at: Duration
    let order: Int
    let item: Item

    static func < (left: Entry, right: Entry) -> Bool { (left.at, left.order) < (right.at, right.order) }
    static func == (left: Entry, right: Entry) -> Bool { left.order == right.order }
  }

  /// One thing that happens.
  enum Item {
    case incident(Incident)
    /// Something that a model asked for.
    case news(ResourceID, Int)
    /// A look of this life of the daemon ends with this; `seen` is when the world was as it shows.
    case lookEnds(life: Int, AnyResource, Observation<AnyObserved>, seen: Duration)
    case actionEnds(life: Int, intent: Int64)
    /// An action takes effect after it was said to have failed.
    case tooLate(Shell.UnderWay)
    case readFiles, restWritten(String), kill, start, diskHasRoom, patrol, calm, still
    case inspect(ResourceID)
  }

  var next: Duration? { heap.min?.at }

  mutating func put(_ item: Item, at moment: Duration) {
    asked += 1
    heap.insert(Entry(at: moment, order: asked, item: item))
  }

  mutating func take(until moment: Duration) -> Item? {
    guard let first = heap.min, first.at <= moment else { return nil }
    return heap.removeMin().item
  }
}
