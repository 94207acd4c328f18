import Operations

/// One cell a second for the last seconds.
struct SecondRing<Cell: Sendable>: Sendable {
  private let empty: Cell
  private let length: Int
  /// Oldest first; the last one belongs to ``newest``.
  private var cells: [Cell] = []
  private var newest: Int64 = 0

  init(length: Int, empty: Cell) {
    self.length = max(1, length)
    self.empty = empty
  }

  mutating func update(at now: Timestamp, _ change: (inout Cell) -> Void) {
    advance(to: now)
    change(&cells[cells.count - 1])
  }

  /// All cells up to `now`, oldest first.
  mutating func values(at now: Timestamp) -> [Cell] {
    advance(to: now)
    return cells
  }

  private mutating func advance(to now: Timestamp) {
    let second = now.microsecondsSinceEpoch / 1_000_000
    if cells.isEmpty {
      cells = [empty]
      newest = second
    }
    guard second > newest else { return }
    for _ in 0..<min(Int64(length), second - newest) { cells.append(empty) }
    if cells.count > length { cells.removeFirst(cells.count - length) }
    newest = second
  }
}
