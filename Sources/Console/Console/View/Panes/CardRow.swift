import CellGrid
import Operations

/// One fact of a cloud's card: its name, its figures at a fixed width, and a graph or words beside them.
struct CardRow {
  var label: String
  var figures: Line
  /// A graph beside the figures, as high as `rows`.
  var graph: Graph?
  /// Words in the graph's place: the first of these lines that fits, else the last.
  var asides: [Line] = []
  /// Set where the fact has grown old: then the figures fade and say so.
  var staleAge: Duration?

  struct Graph {
    var samples: [Double?]
    var minimumTop: Double
    var rows = 1
    var endsAt: Timestamp
    /// How samples that share a column become one.
    var isPeak: Bool
  }

  /// Not known at all.
  static func unknown(_ label: String, _ words: String = "— not known") -> CardRow {
    CardRow(label: label, figures: [Piece(words, .faint)])
  }

  /// The columns of a card's inside.
  struct Columns {
    var label: Int
    var figures: Int
  }

  func draw(at y: Int, in area: Rect, columns: Columns, on canvas: inout Canvas) {
    guard y < area.bottom else { return }
    canvas.write(label, .faint, at: Point(x: area.x, y: y), width: columns.label)
    let x = area.x + columns.label
    let isOld = staleAge != nil
    let shown = isOld ? figures.map { Piece($0.text, .faint) } : figures
    let old: Line = staleAge.map { [Piece("· \(Quantity.age($0)) old", .faint)] } ?? []
    // Figures beside a graph keep to their column; others may take what the age leaves.
    let room = area.right - x - (graph == nil && isOld ? old.width(canvas.glyphs) + 1 : 0)
    let keeps = graph != nil || !asides.isEmpty
    let used = canvas.write(shown, at: Point(x: x, y: y), width: keeps ? min(columns.figures, room) : room)
    let right = Rect(x: x + columns.figures + 1, y: y, width: area.right - x - columns.figures - 1, height: 1)
    if isOld {
      // Short figures need not keep the age away from themselves.
      let start = keeps ? right.x : x + used + 1
      canvas.write(old, at: Point(x: start, y: y), width: area.right - start)
    } else if let graph {
      graph.draw(in: Rect(x: right.x, y: y, width: right.width, height: graph.rows), on: &canvas)
    } else if let aside = asides.first(where: { $0.width(canvas.glyphs) <= right.width }) ?? asides.last {
      canvas.write(aside, at: right.origin, width: right.width)
    }
  }
}

extension CardRow.Graph {
  /// Seconds that share a column. Two, so that a graph moves every other second and a minute is half a hand wide.
  static let secondsPerColumn = 2

  func draw(in area: Rect, on canvas: inout Canvas) {
    guard area.width > 0 else { return }
    Sparkline(columns(area.width), scale: .automatic(minimumTop: minimumTop))
      .draw(into: &canvas.grid, in: area, style: canvas.theme[.graph], glyphs: canvas.glyphs)
  }

  /// Samples gathered by the wall clock, so that a full column never changes while it wanders to the left.
  func columns(_ count: Int) -> [Double?] {
    let step = Int64(CardRow.Graph.secondsPerColumn)
    let last = endsAt.microsecondsSinceEpoch / 1_000_000
    var columns = [Double?](repeating: nil, count: count)
    var counts = [Int](repeating: 0, count: count)
    for (offset, sample) in samples.reversed().enumerated() {
      let column = count - 1 - Int(last / step - (last - Int64(offset)) / step)
      guard column >= 0 else { break }
      guard let sample, sample.isFinite else { continue }
      let before = columns[column]
      counts[column] += 1
      if isPeak {
        columns[column] = max(before ?? sample, sample)
      } else {
        columns[column] = (before ?? 0) + (sample - (before ?? 0)) / Double(counts[column])
      }
    }
    return columns
  }
}
