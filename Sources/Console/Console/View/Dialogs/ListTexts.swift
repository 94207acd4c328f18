import CellGrid
import Operations

/// The command palette.
enum PaletteText {
  static func content(_ dialog: PaletteDialog, in model: ConsoleModel, width: Int) -> DialogText {
    let entries = PaletteEntry.matching(dialog.input, in: model)
    let keyWidth = min(22, entries.map { DisplayWidth.of($0.key) }.max() ?? 0)
    let nameWidth = min(28, entries.map { DisplayWidth.of(Outside.text($0.name)) }.max() ?? 0)
    let rows: [DialogText.Row] = entries.enumerated().map { index, entry in
      let isSelected = index == dialog.selected
      let name = Quantity.left(TextLayout.truncate(Outside.text(entry.name), to: nameWidth, ellipsis: "…"), nameWidth)
      let reason: Piece = entry.disabled.map { .outside("— \($0)", .faint) } ?? .outside(entry.detail, .faint)
      let key = TextLayout.truncate(entry.key, to: keyWidth, ellipsis: "…")
      return .init(
        [
          Piece(isSelected ? "▸ " : "  ", .focus),
          Piece(name, entry.disabled == nil ? .foreground : .faint, bold: isSelected),
          Piece("  "), reason,
        ], trailing: [Piece(key, .faint)])
    }
    let input: DialogText.Row = .init([
      Piece(": ", .focus, bold: true), .outside(dialog.input, bold: true), Piece("_", .focus),
    ])
    let visible = DialogView.paletteRows(in: model)
    let first = Table.window(first: 0, selection: dialog.selected, height: visible, total: rows.count)
    let body = rows.isEmpty ? [DialogText.Row([Piece("no command matches", .faint)])] : rows
    let error: DialogText.Row = dialog.error.map { .init([.outside("▲ \($0)", .degraded)]) } ?? .blank
    return DialogText(
      title: [Piece("Command", bold: true)], trailing: [Piece("\(entries.count)", .faint)], body: body,
      footer: [error, input], first: first)
  }
}

/// The chooser of themes.
enum ThemesText {
  static func content(in model: ConsoleModel, width: Int) -> DialogText {
    let nameWidth = model.themes.map { DisplayWidth.of(Outside.text($0.name)) }.max() ?? 0
    let rows: [DialogText.Row] = model.themes.map { theme in
      let isShown = theme.name == model.theme.name
      return .init([
        Piece(isShown ? "▸ " : "  ", .focus),
        .outside(Quantity.left(Outside.text(theme.name), nameWidth + 2), bold: isShown),
        .outside(theme.summary, .faint),
      ])
    }
    let sample: Line = [
      Piece("● healthy  ", .healthy), Piece("▲ degraded  ", .degraded), Piece("✖ down  ", .down),
      Piece("? unknown  ", .unknown), Piece("▸ focus  ", .focus), Piece("→ staged  ", .staged), Piece("faint", .faint),
    ]
    let selected = model.themes.firstIndex { $0.name == model.theme.name } ?? 0
    let first = Table.window(
      first: 0, selection: selected, height: max(1, DialogView.themeRows(in: model)), total: rows.count)
    return DialogText(
      title: [Piece("Theme", bold: true)], trailing: [.outside(model.theme.name, .faint)], body: rows,
      footer: [.blank, .init(sample)], first: first)
  }
}

/// All keys, grouped, with the reason where one does nothing now.
enum HelpText {
  /// What can be done where one is comes first.
  private static func groups(in model: ConsoleModel) -> [Command.Group] {
    let all = Command.Group.allCases
    let here: Command.Group? =
      model.replicationView != nil ? .replication : model.failoverView != nil ? .failover : nil
    return here.map { here in [here] + all.filter { $0 != here } } ?? all
  }

  /// What is true of most of a group is said once, in its heading.
  private static func shared(_ reasons: [String?]) -> String? {
    let counts = Dictionary(grouping: reasons.compactMap(\.self)) { $0 }.mapValues(\.count)
    return counts.filter { $0.value > 2 }.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  static func content(scroll: Int, in model: ConsoleModel, width: Int) -> DialogText {
    let keyWidth = Keymap.bindings.map { DisplayWidth.of($0.keyLabel(model.glyphs)) }.max() ?? 0
    var rows: [DialogText.Row] = []
    for group in groups(in: model) {
      if !rows.isEmpty { rows.append(.blank) }
      let bindings = Keymap.bindings.filter { $0.group == group }
      let reasons = bindings.map { model.withoutDialogs.whyDisabled($0.command) }
      let shared = shared(reasons)
      let aside: Line = shared.map { [.outside("  — now, where faint: \($0)", .faint)] } ?? []
      rows.append(.init([Piece(group.rawValue, bold: true)] + aside))
      for (binding, reason) in zip(bindings, reasons) {
        let lines = TextLayout.wrap(binding.long, to: max(10, width - keyWidth - 4))
        for (index, line) in lines.enumerated() {
          let key = index == 0 ? binding.keyLabel(model.glyphs) : ""
          rows.append(
            .init([
              Piece("  \(Quantity.left(key, keyWidth))", reason == nil ? .foreground : .faint, bold: reason == nil),
              Piece("  \(line)", reason == nil ? .foreground : .faint),
            ]))
        }
        if let reason, reason != shared {
          rows.append(.init([.outside("  \(Quantity.left("", keyWidth))  — now: \(reason)", .faint)]))
        }
      }
    }
    return DialogText(
      title: [Piece("Keys", bold: true)], trailing: [Piece("Esc back", .faint)], body: rows, first: scroll)
  }
}

extension ConsoleModel {
  /// As it will be when the dialogs are closed, which is when the keys that help lists are pressed.
  var withoutDialogs: ConsoleModel {
    var model = self
    model.dialogs = []
    return model
  }
}
