import CellGrid
import Operations

/// The lines of one lever: what it would cost now, or what holds it.
enum LeverRows {
  typealias Row = LeversPane.Row

  enum Detail { case full, twoLines, oneLine }

  static func rows(
    _ lever: Lever, index: Int, titleWidth: Int, detail: Detail, model: ConsoleModel, width: Int
  ) -> [Row] {
    let isSelected = model.focus == .levers && model.selectedLever == lever
    let head = head(lever, titleWidth: titleWidth, isSelected: isSelected, model: model)
    let words = describe(lever, model: model)
    let said = Line(words.lines.joined(separator: [Piece(" · ", .faint)]))
    switch detail {
    case .full: break
    case .twoLines:
      return [
        Row(line: head, trailing: words.state, lever: index), Row(line: [Piece(indent)] + said, lever: index),
      ]
    case .oneLine: return [Row(line: head + words.state + [Piece("  ")] + said, lever: index)]
    }
    let room = max(10, width - indent.count)
    return [Row(line: head, trailing: words.state, lever: index)]
      + words.lines.flatMap { wrapped($0, to: room) }.map { Row(line: [Piece(indent)] + $0, lever: index) }
  }

  private static func head(_ lever: Lever, titleWidth: Int, isSelected: Bool, model: ConsoleModel) -> Line {
    let key = lever.isKeyed ? Keymap.binding(for: lever.command)?.barLabel(model.glyphs) ?? "" : ""
    let mark =
      isSelected
      ? Piece("\(model.glyphs.pointer) ", .focus) : lever.isHelpful ? Piece("▲ ", .degraded) : Piece("  ")
    let title = Quantity.left(TextLayout.truncate(Outside.text(lever.title), to: titleWidth, ellipsis: "…"), titleWidth)
    return [
      mark, Piece(Quantity.left(key, model.glyphs.enter == "⏎" ? 3 : 6), bold: true),
      Piece(title, lever.disabled == nil ? .foreground : .faint, bold: isSelected || lever.isHelpful),
    ]
  }

  private static let indent = "     "

  /// A line that does not fit is broken; only those of one piece ever are.
  private static func wrapped(_ line: Line, to width: Int) -> [Line] {
    guard line.count == 1, let piece = line.first else { return [line] }
    return TextLayout.wrap(piece.text, to: width).map { [Piece($0, piece.role)] }
  }

  /// How a lever stands, and why.
  private static func describe(_ lever: Lever, model: ConsoleModel) -> (state: Line, lines: [Line]) {
    if let hold = lever.holds.first {
      let more: Line = lever.holds.count > 1 ? [Piece(" + \(lever.holds.count - 1) more", .faint)] : []
      let name: Line = [.outside(hold.name.rawValue)] + more
      let remedy: Line = [.outside("→ \(hold.hold?.remedy ?? "")", .faint)]
      return ([Piece("✖ held", .degraded)], [name, [.outside(hold.hold?.reason ?? "", .faint)], remedy])
    }
    if let disabled = lever.disabled { return ([Piece("— cannot move", .faint)], [[.outside(disabled, .faint)]]) }
    let clear = [Piece("✓", .healthy), Piece(" clear")]
    let cost: [Line] = lever.cost.map { [[.outside($0)]] } ?? []
    switch lever.action {
    case .undo: return (clear, [[.outside(lever.cost ?? "", .faint)]])
    case .move: return (clear, cost)
    case .shift:
      let arrows = model.glyphs.isASCII ? "Left/Right" : "←→"
      let next =
        model.staged.map { Piece("staged \($0.ratio)", .staged) } ?? Piece("\(arrows) stages a shift", .faint)
      return (clear, cost + [[next]])
    }
  }
}
