extension CellGrid {
  /// Cells side by side in one row that have to be drawn anew.
  public struct Run: Hashable, Sendable {
    public let y: Int
    public let columns: Range<Int>
  }

  /// What has to be drawn to come from `previous` to this grid, from the top, each row from the left.
  ///
  /// Runs cover wide characters whole. Where the sizes differ, every row is a run.
  ///
  /// - Parameter joiningGaps: runs with at most this many equal cells between them are one: on a terminal moving the
  ///   cursor costs more bytes than a few cells.
  /// - Complexity: one comparison of memory for each row that has not changed.
  public func diff(from previous: CellGrid, joiningGaps: Int = 0) -> [Run] {
    guard previous.size == size else {
      return (0..<size.height).filter { _ in size.width > 0 }.map { Run(y: $0, columns: 0..<size.width) }
    }
    var runs: [Run] = []
    cells.withUnsafeBufferPointer { new in
      previous.cells.withUnsafeBufferPointer { old in
        guard new.baseAddress != old.baseAddress else { return }
        for y in 0..<size.height {
          Self.collectRuns(of: y, width: size.width, new: new, old: old, joiningGaps: joiningGaps, into: &runs)
        }
      }
    }
    return runs
  }

  private static func collectRuns(
    of y: Int, width: Int, new: UnsafeBufferPointer<Cell>, old: UnsafeBufferPointer<Cell>, joiningGaps: Int,
    into runs: inout [Run]
  ) {
    let start = y * width
    var open: Range<Int>?
    var x = 0
    while x < width {
      let index = start + x
      guard new[index].scalarBits != old[index].scalarBits || new[index].styleBits != old[index].styleBits else {
        x += 1
        continue
      }
      // A half changed is a whole changed.
      let begin = new[index].isContinuation && x > 0 ? x - 1 : x
      let end = new[index].width == 2 ? min(x + 2, width) : x + 1
      if let run = open, begin - run.upperBound <= joiningGaps {
        open = run.lowerBound..<end
      } else {
        if let run = open { runs.append(Run(y: y, columns: run)) }
        open = begin..<end
      }
      x = end
    }
    if let run = open { runs.append(Run(y: y, columns: run)) }
  }
}
