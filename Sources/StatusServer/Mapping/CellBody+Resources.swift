import Reconciliation
import StatusAPI

extension CellBody {
  /// The cell of several resources of one controller, which must fit one column: the worst one speaks for
  /// all.
  ///
  /// One resource is its own cell; several that say the same are counted (`3 fresh`); else it is the worst
  /// one's cell and the number of the others (`due in 3d +2`). Nil where there is none.
  init?(_ resources: [Kept]) {
    guard let worst = resources.max(by: { $0.state < $1.state }) else { return nil }
    let cells = resources.map { $0.plan?.cell ?? "…" }
    let cell = worst.plan?.cell ?? "…"
    let text =
      switch cells.count {
      case 1: cell
      case let count where Set(cells).count == 1:
        cell.first?.isNumber == true ? "\(count)× \(cell)" : "\(count) \(cell)"
      case let count: "\(cell) +\(count - 1)"
      }
    self.init(state: worst.state.rawValue, text: text)
  }
}
