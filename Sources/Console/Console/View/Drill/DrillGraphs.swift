import CellGrid
import Operations

/// Second by second: how many requests, how many of them failed, and each cloud's share; all with the same time below
/// each other, and the fault marked.
struct DrillGraphs {
  private struct Row {
    var label: String
    var figure: String
    var samples: [Double?]
    var scale: Sparkline.Scale
    var role: Theme.Role = .graph
  }

  private let rows: [Row]
  private let faultIndex: Int?
  private let count: Int

  init(_ drill: DrillSnapshot) {
    let history = drill.history
    let length = history.requests.count
    count = length
    faultIndex = history.faultIndex.flatMap { (0..<length).contains($0) ? $0 : nil }
    let least = Sparkline.Scale.automatic(minimumTop: 10)
    rows =
      [
        Row(
          label: "requests", figure: "\(Quantity.rate(drill.requestsPerSecond)) /s", samples: history.requests,
          scale: least),
        Row(
          label: "failed", figure: "\(Quantity.rate(drill.failuresPerSecond)) /s", samples: history.failures,
          scale: least, role: .down),
      ]
      + history.shares.prefix(4).map { cloud in
        Row(
          label: cloud.cloud.shown,
          figure: "\(Quantity.percent(drill.shares.first { $0.cloud == cloud.cloud }?.share))  ",
          samples: cloud.samples, scale: .fixed(0...1))
      }
  }

  private static let labelWidth = 10
  private static let figureWidth = 9

  func draw(in area: Rect, on canvas: inout Canvas) {
    guard count > 0, area.height > 2 else { return }
    let heading = area.splitTop(1)
    canvas.write([Piece("Second by second", bold: true)], at: heading.top.origin, width: area.width)
    let body = heading.rest
    // One row is kept for the time.
    let height = max(1, min(4, (body.height - 1) / rows.count))
    let left = Self.labelWidth + Self.figureWidth + 1
    var y = body.y
    for row in rows where y + height < body.bottom {
      let base = y + height - 1
      let label = TextLayout.truncate(row.label, to: Self.labelWidth - 1, ellipsis: "…")
      canvas.write(label, .faint, at: Point(x: body.x, y: base), width: Self.labelWidth)
      canvas.write(
        [Piece(Quantity.right(row.figure, Self.figureWidth))], at: Point(x: body.x + Self.labelWidth, y: base),
        width: Self.figureWidth)
      Sparkline(row.samples.map { $0.map { $0 == 0 && row.role == .down ? .nan : $0 } }, scale: row.scale).draw(
        into: &canvas.grid, in: Rect(x: body.x + left, y: y, width: body.width - left, height: height),
        style: canvas.theme[row.role], glyphs: canvas.glyphs)
      y += height
    }
    drawTime(in: Rect(x: body.x + left, y: y, width: body.width - left, height: 1), on: &canvas)
  }

  /// The newest second is at the right edge; the fault stands below its own.
  private func drawTime(in row: Rect, on canvas: inout Canvas) {
    let shown = min(count, row.width)
    canvas.writeTrailing([Piece("now", .faint)], in: row)
    let start = row.right - shown
    if shown > 24 { canvas.write("-\(shown) s", .faint, at: Point(x: start, y: row.y), width: 8) }
    guard let faultIndex, faultIndex >= count - shown else { return }
    let x = row.right - (count - faultIndex)
    let mark: Line = [Piece("▲", .degraded), Piece(x + 8 < row.right - 4 ? " begins" : "", .degraded)]
    canvas.write(mark, at: Point(x: x, y: row.y), width: max(1, min(8, row.right - 4 - x)))
  }
}
