import Testing

@testable import CellGrid

@Suite struct CellGridPropertyTests {
  /// What ``CellGrid`` promises of its cells.
  private func violation(in grid: CellGrid) -> String? {
    for y in 0..<grid.size.height {
      for x in 0..<grid.size.width {
        let cell = grid[x, y]
        switch cell.width {
        case 2 where !(x + 1 < grid.size.width && grid[x + 1, y].isContinuation): return "half a character at \(x),\(y)"
        case 0 where !(x > 0 && grid[x - 1, y].width == 2): return "a continuation of nothing at \(x),\(y)"
        case 0 where !cell.scalars.isEmpty: return "text in a continuation at \(x),\(y)"
        case 1, 2:
          guard let base = cell.scalars.first else { return "an empty cell at \(x),\(y)" }
          if base.value < 0x20 || (0x7F..<0xA0).contains(base.value) { return "a control character at \(x),\(y)" }
          if DisplayWidth.of(base) != cell.width { return "a wrong width at \(x),\(y)" }
        default: break
        }
      }
    }
    return nil
  }

  private func randomRect(using generator: inout SeededGenerator) -> Rect {
    Rect(
      x: .random(in: -5...45, using: &generator), y: .random(in: -3...12, using: &generator),
      width: .random(in: -2...30, using: &generator), height: .random(in: -2...10, using: &generator))
  }

  private func disturb(_ grid: inout CellGrid, using generator: inout SeededGenerator) {
    let area = randomRect(using: &generator)
    let style = Style(foreground: .palette(.random(in: 0...255, using: &generator)))
    switch Int.random(in: 0..<10, using: &generator) {
    case 0: grid.fill(area, style: style)
    case 1: grid.drawBox(area, style: style, glyphs: GlyphSet.unicode.box)
    case 2: grid.restyle(area) { $0.adding(.reverse) }
    case 3:
      var other = CellGrid(size: Size(width: 7, height: 3))
      other.write(hostileText(using: &generator), at: Point(x: -1, y: 1), style: style)
      grid.draw(other, at: area.origin, clip: area)
    default:
      let maxWidth = Bool.random(using: &generator) ? Int.random(in: -1...20, using: &generator) : nil
      let clip = Bool.random(using: &generator) ? area : nil
      let text = hostileText(using: &generator)
      let used = grid.write(text, at: area.origin, style: style, maxWidth: maxWidth, clip: clip)
      #expect(used >= 0 && used <= max(0, maxWidth ?? .max))
    }
  }

  @Test(arguments: 0..<40) func anyTextAnywhereKeepsTheInvariants(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var grid = CellGrid(size: Size(width: 40, height: 9))
    for step in 0..<200 {
      disturb(&grid, using: &generator)
      if let violation = violation(in: grid) {
        Issue.record("seed \(seed), step \(step): \(violation)")
        return
      }
    }
  }

  @Test(arguments: 0..<20) func applyingTheDifferenceGivesTheNewGrid(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var old = CellGrid(size: Size(width: 40, height: 9))
    for _ in 0..<30 {
      var new = old
      for _ in 0..<Int.random(in: 0...3, using: &generator) { disturb(&new, using: &generator) }
      let gap = Int.random(in: 0...6, using: &generator)
      var patched = old
      for run in new.diff(from: old, joiningGaps: gap) {
        #expect(!new[run.columns.lowerBound, run.y].isContinuation)
        #expect(new[run.columns.upperBound - 1, run.y].width != 2)
        for x in run.columns { patched.cells[run.y * 40 + x] = new[x, run.y] }
      }
      #expect(patched == new)
      old = new
    }
  }

  @Test(arguments: 0..<40) func sanitisedTextSteersNothing(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let shown = TextSanitizer.standard.sanitize(hostileText(using: &generator))
      for scalar in shown.unicodeScalars {
        let category = scalar.properties.generalCategory
        #expect(category != .control && category != .lineSeparator && category != .paragraphSeparator)
        #expect(category != .format || scalar.value == 0x200D || scalar.value == 0x200C || scalar.value == 0xAD)
      }
      #expect(TextSanitizer.standard.sanitize(shown) == shown)
    }
  }

  @Test(arguments: 0..<20) func wrappedLinesFitAndLoseNoWord(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let text = TextSanitizer(lineBreak: .space).sanitize(hostileText(using: &generator))
      let width = Int.random(in: 2...12, using: &generator)
      let lines = TextLayout.wrap(text, to: width)
      #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
      #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
      let cut = TextLayout.truncate(text, to: width, ellipsis: "…", cut: .middle)
      #expect(DisplayWidth.of(cut) <= width)
    }
  }

  @Test(arguments: 0..<30) func allottedSpansAreInOrderAndFill(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let total = Int.random(in: -1...60, using: &generator)
      let gap = Int.random(in: 0...2, using: &generator)
      let lengths = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
        Bool.random(using: &generator)
          ? Length.fixed(.random(in: 0...20, using: &generator))
          : Length.flexible(
            weight: .random(in: 1...3, using: &generator), minimum: .random(in: 0...6, using: &generator))
      }
      let spans = Length.allot(total, to: lengths, gap: gap)
      #expect(spans.count == lengths.count)
      for (left, right) in zip(spans, spans.dropFirst()) { #expect(left.upperBound <= right.lowerBound) }
      #expect(spans.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= max(0, total) })
      let hasFlexible = lengths.contains { if case .flexible = $0 { true } else { false } }
      let gaps = gap * max(0, lengths.count - 1)
      if hasFlexible, total >= gaps { #expect(spans.reduce(0) { $0 + $1.count } == total - gaps) }
    }
  }
}
