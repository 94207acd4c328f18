import CellGrid
import Operations

/// The last line: the keys that work here, or what came of the last one.
enum KeyBar {
  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    let row = layout.keyBar.inset(left: 1, right: 1)
    if let notice = model.notice, model.dialogs.isEmpty {
      let isDone = notice.kind == .done
      let mark = Piece(isDone ? "✓ " : "▲ ", isDone ? .healthy : .degraded)
      canvas.write([mark, .outside(notice.text)], at: row.origin, width: row.width)
      return
    }
    let gap = layout.kind == .compact ? 2 : 4
    var lines = entries(model).map { key, word, isEnabled in
      (
        line: [Piece(key, isEnabled ? .foreground : .faint, bold: isEnabled), Piece(" \(word)", .faint)] as Line,
        isEnabled: isEnabled
      )
    }
    // Where the row is short the seldom ones go, in replication those first that do nothing now; how to get help and out
    // stay.
    while lines.count > 3, lines.reduce(-gap, { $0 + $1.line.width(canvas.glyphs) + gap }) > row.width {
      let idle = model.replicationView == nil ? nil : lines.dropLast(2).lastIndex { !$0.isEnabled }
      lines.remove(at: idle ?? lines.count - 3)
    }
    var x = row.x
    for (line, _) in lines {
      x += canvas.write(line, at: Point(x: x, y: row.y), width: row.right - x) + gap
    }
  }

  private static func entries(_ model: ConsoleModel) -> [(key: String, word: String, isEnabled: Bool)] {
    guard model.countdown != nil else { return entriesHere(model) }
    return [(model.isTyping ? "Ctrl-X" : "x", "stop it", true)] + entriesHere(model)
  }

  private static func entriesHere(_ model: ConsoleModel) -> [(key: String, word: String, isEnabled: Bool)] {
    if let dialog = model.dialogs.last { return entries(dialog, model: model) }
    if model.filter.isEditing {
      return [
        (Keystroke(.enter).label(model.glyphs), "keep the filter", true), ("Esc", "clear it", true),
        (verticalKeys(model), "to the events", true),
      ]
    }
    if model.replicationView != nil { return replication(model) }
    if model.failoverView != nil { return failover(model) }
    let barred = Keymap.bindings.filter { $0.barRank != nil && $0.place != .inReplication && isBarred($0, in: model) }
    return barred.sorted { ($0.barRank ?? 0) < ($1.barRank ?? 0) }.map { binding in
      (binding.barLabel(model.glyphs), word(binding, onMainScreenOf: model), model.whyDisabled(binding.command) == nil)
    }
  }

  /// Keys of failover are offered where there is one, and those that answer something only while it is so.
  private static func isBarred(_ binding: Binding, in model: ConsoleModel) -> Bool {
    guard binding.command.isFailover else { return true }
    switch binding.command {
    case .acknowledge: return model.failover?.awaitsPerson == true
    default: return model.failover != nil
    }
  }

  private static func word(_ binding: Binding, onMainScreenOf model: ConsoleModel) -> String {
    switch binding.command {
    case .left where model.focus == .clouds: "cloud"
    case .open where model.focus != .weights && model.focus != .levers: "details"
    case .pauseAutomation where model.isAutomationPaused: "resume"
    case .pauseOperation where model.steeredOperation?.isPaused == true: "resume plan"
    case .failover where model.requests(for: .failover).first?.lever == .switchover: "switch over"
    default: binding.short
    }
  }

  /// The keys of the failover page.
  private static func failover(_ model: ConsoleModel) -> [(key: String, word: String, isEnabled: Bool)] {
    let moves: [Command] = [.failover, .pauseAutomation, .evacuate, .failback, .rejoin]
    let answers = model.failover?.awaitsPerson == true ? [Command.acknowledge] : []
    let running = model.steeredOperation == nil ? [] : [Command.pauseOperation, .abortOperation]
    let commands = [.focusNext] + answers + running + (model.failover == nil ? [] : moves) + [.help, .back]
    return commands.compactMap { command in
      guard let binding = Keymap.binding(for: command) else { return nil }
      let word = command == .focusNext ? "section" : word(binding, onMainScreenOf: model)
      return (binding.barLabel(model.glyphs), word, model.whyDisabled(command) == nil)
    }
  }

  /// The keys of the page of replication that is open.
  private static func replication(_ model: ConsoleModel) -> [(key: String, word: String, isEnabled: Bool)] {
    let commands: [Command] =
      switch model.replicationPage {
      case .tables: [.open] + Keymap.inReplicationBar
      case .conflicts: [.open, .syncReapply, .syncConflicts]
      case .conflict: [.syncReapply]
      case .differences: [.syncRepair, .syncVerify, .syncDifferences]
      }
    return (commands + [.help, .back]).compactMap { command in
      guard let binding = Keymap.binding(for: command) else { return nil }
      return (binding.barLabel(model.glyphs), word(binding, in: model), model.whyDisabled(command) == nil)
    }
  }

  private static func word(_ binding: Binding, in model: ConsoleModel) -> String {
    switch (binding.command, model.replicationPage) {
    case (.open, .conflicts): "both versions"
    case (.open, _): "in full"
    case (.syncConflicts, .conflicts), (.syncDifferences, .differences): "read anew"
    case (.syncPause, _): model.link?.state == .paused ? "resume" : binding.short
    default: binding.short
    }
  }

  private static func verticalKeys(_ model: ConsoleModel) -> String { model.glyphs.isASCII ? "Up/Down" : "↑↓" }

  private static func entries(_ dialog: Dialog, model: ConsoleModel) -> [(key: String, word: String, isEnabled: Bool)] {
    let enter = Keystroke(.enter).label(model.glyphs)
    let scroll = (verticalKeys(model), "scroll", DialogView.scrollLimit(of: dialog, in: model) > 0)
    switch dialog {
    case .plan(let plan):
      return [("g", "go", model.whyNotGo(plan) == nil), scroll, ("Esc", "back, nothing is changed", true)]
    case .palette: return [(enter, "run", true), (verticalKeys(model), "choose", true), ("Esc", "back", true)]
    case .themes:
      return [(enter, "keep", true), (verticalKeys(model), "try another", true), ("Esc", "as it was", true)]
    case .choice: return [(enter, "plan", true), (verticalKeys(model), "choose", true), ("Esc", "back", true)]
    case .confirm(let confirmation):
      return [("y", "yes", model.whyNotConfirm(confirmation) == nil), ("Esc", "back, nothing is changed", true)]
    case .confirmQuit: return [("y", "quit", true), ("Esc", "stay", true)]
    case .help, .cloud, .link: return [scroll, ("Esc", "back", true)]
    case .event: return [("Esc", "back", true)]
    }
  }
}
