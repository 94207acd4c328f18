import CellGrid
import Operations

/// Which of several requests a lever means, each with what it would cost now.
enum ChoiceText {
  static func content(_ dialog: ChoiceDialog, in model: ConsoleModel, width: Int) -> DialogText {
    let rows = dialog.options.enumerated().flatMap { index, request -> [DialogText.Row] in
      let isSelected = index == dialog.selected
      return [
        .init([Piece(isSelected ? "▸ " : "  ", .focus), Piece(request.imperative, bold: isSelected)]),
        .init([Piece("    "), Piece(request.meaning, .faint)]),
        .init([Piece("    ")] + cost(of: request, in: model)),
      ]
    }
    let keys: Line = [
      Piece(Keystroke(.enter).label(model.glyphs), bold: true), Piece("  shows its plan     ", .faint),
      Piece("Esc", bold: true), Piece("  back; nothing is changed", .faint),
    ]
    return DialogText(
      title: [Piece(dialog.title, bold: true), Piece(": which?", .faint)], body: rows, footer: [.blank, .init(keys)],
      first: max(0, dialog.selected * 3 - 3))
  }

  private static func cost(of request: FailoverRequest, in model: ConsoleModel) -> Line {
    let levers = (model.snapshot?.levers ?? []).filter { $0.kind == request.lever }
    let named = levers.first { lever in
      request.subject.map { lever.title.split(separator: " ").contains(Substring($0.rawValue)) } ?? false
    }
    guard let lever = named ?? levers.first else { return [] }
    if let hold = lever.holds.first(where: \.isBlocked) {
      let reason = hold.hold.map { "  \($0.reason)" } ?? ""
      return [Piece("✖ ", .degraded), .outside(hold.name.rawValue, .degraded), .outside(reason, .faint)]
    }
    return lever.cost.map { [Piece("✓ ", .healthy), .outside($0)] } ?? []
  }
}
