import CellGrid
import Operations

/// What holds a lever: each rule with its reason, its remedy, and how it is overridden.
enum HeldText {
  static func content(_ dialog: HeldDialog, in model: ConsoleModel, width: Int) -> DialogText {
    let holds = model.lever(of: dialog)?.holds ?? []
    var rows: [DialogText.Row] = []
    for verdict in holds {
      if !rows.isEmpty { rows.append(.blank) }
      rows.append(
        .init(
          [Piece("✖ ", .degraded), .outside(verdict.name.rawValue, bold: true)],
          trailing: [
            verdict.overridability == .byName
              ? Piece("its plan takes this name as an override", .faint) : Piece("cannot be overridden", .down)
          ]))
      rows += DialogText.wrapped(verdict.hold?.reason ?? "holds", indent: "  ", width: width)
      if let remedy = verdict.hold?.remedy, !remedy.isEmpty { rows += remedyRows(remedy, width: width) }
    }
    if holds.isEmpty { rows = [.init([Piece("✓ ", .healthy), Piece("nothing holds it any more")])] }
    let why = model.whyNotPull(dialog)
    let plan: Line =
      why.map { [.outside("✖ \($0)     ", .faint)] }
      ?? [Piece(Keystroke(.enter).label(model.glyphs), bold: true), Piece("  asks for its plan     ", .faint)]
    return DialogText(
      title: [.outside(dialog.lever, bold: true)],
      trailing: holds.isEmpty ? [] : [Piece("✖ held", .degraded), Piece(holds.count > 1 ? " by \(holds.count)" : "")],
      body: rows, footer: [.blank, .init(plan + [Piece("Esc", bold: true), Piece("  back", .faint)])],
      first: dialog.scroll)
  }

  /// `→ what would help`, over as many lines as it needs.
  static func remedyRows(_ remedy: String, width: Int) -> [DialogText.Row] {
    let lines = TextLayout.wrap(Outside.text(remedy), to: max(1, width - 4))
    return lines.enumerated().map { .init([Piece(($0 == 0 ? "  → " : "    ") + $1, .faint)]) }
  }
}
