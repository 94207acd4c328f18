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
    var x = row.x
    for entry in fitted(entries(model), to: row.width, gap: gap, model: model) {
      x += canvas.write(entry.line, at: Point(x: x, y: row.y), width: row.right - x) + gap
    }
  }

  /// What the bar offers.
  struct Entry {
    var key: String
    var word: String
    var isEnabled = true
    /// The word where there is little room.
    var brief: String?
    var command: Command?

    var line: Line {
      [Piece(key, isEnabled ? .foreground : .faint, bold: isEnabled), Piece(word.isEmpty ? "" : " \(word)", .faint)]
    }
  }

  /// On the main screen these go first where not all fit, the last of them first. The rest are then said in fewer words.
  private static let seldom: [[Command]] = [[.undo, .evacuate], [.failback, .filter, .themes]]

  /// Those that fit: the seldom ones go, in replication those first that do nothing now; how to get help and out stay.
  private static func fitted(_ all: [Entry], to width: Int, gap: Int, model: ConsoleModel) -> [Entry] {
    func fits(_ entries: [Entry]) -> Bool {
      entries.reduce(-gap) { $0 + $1.line.width(model.glyphs) + gap } <= width
    }
    var entries = all
    func drop(_ commands: [Command]) {
      for command in commands.reversed() where !fits(entries) { entries.removeAll { $0.command == command } }
    }
    drop(seldom[1])
    guard !fits(entries) else { return entries }
    for index in entries.indices { entries[index].word = entries[index].brief ?? entries[index].word }
    drop(seldom[0])
    while entries.count > 3, !fits(entries) {
      let idle = model.replicationView == nil ? nil : entries.dropLast(2).lastIndex { !$0.isEnabled }
      entries.remove(at: idle ?? entries.count - 3)
    }
    return entries
  }

  private static func entries(_ model: ConsoleModel) -> [Entry] {
    guard model.countdown != nil else { return entriesHere(model) }
    return [Entry(key: model.isTyping ? "Ctrl-X" : "x", word: "stop it")] + entriesHere(model)
  }

  private static func entriesHere(_ model: ConsoleModel) -> [Entry] {
    if let dialog = model.dialogs.last { return entries(dialog, model: model) }
    if model.filter.isEditing {
      return [
        Entry(key: Keystroke(.enter).label(model.glyphs), word: "keep the filter"), Entry(key: "Esc", word: "clear it"),
        Entry(key: verticalKeys(model), word: "to the events"),
      ]
    }
    if model.replicationView != nil { return replication(model) }
    if model.failoverView != nil { return failover(model) }
    if model.isDrillOpen { return drill(model) }
    let barred = Keymap.bindings.filter { $0.barRank != nil && $0.place != .inReplication && isBarred($0, in: model) }
    return barred.sorted { ($0.barRank ?? 0) < ($1.barRank ?? 0) }.map { binding in
      entry(binding, onMainScreenOf: model)
    }
  }

  private static func entry(_ binding: Binding, onMainScreenOf model: ConsoleModel) -> Entry {
    let word = word(binding, onMainScreenOf: model)
    let brief = word == binding.short ? binding.brief : word == "switch over" ? "switch" : word
    return Entry(
      key: binding.barLabel(model.glyphs), word: word, isEnabled: model.whyDisabled(binding.command) == nil,
      brief: brief, command: binding.command)
  }

  /// Keys of failover are offered where there is one, and those that answer something only while it is so.
  private static func isBarred(_ binding: Binding, in model: ConsoleModel) -> Bool {
    if binding.command == .drillPage { return model.drill != nil }
    guard binding.command.isFailover else { return true }
    switch binding.command {
    case .acknowledge: return model.failover?.awaitsPerson == true
    default: return model.failover != nil
    }
  }

  private static func word(_ binding: Binding, onMainScreenOf model: ConsoleModel) -> String {
    switch binding.command {
    case .left where model.focus == .clouds: "cloud"
    case .open where model.focus == .levers && model.selectedLever?.holds.isEmpty == false: "why held"
    case .open where model.focus != .weights && model.focus != .levers: "details"
    case .pauseAutomation where model.isAutomationPaused: "resume"
    case .pauseOperation where model.steeredOperation?.isPaused == true: "resume plan"
    case .failover where model.requests(for: .failover).first?.lever == .switchover: "switch over"
    default: binding.short
    }
  }

  /// The keys of the failover page.
  private static func failover(_ model: ConsoleModel) -> [Entry] {
    let moves: [Command] = [.failover, .pauseAutomation, .evacuate, .failback, .rejoin]
    let answers = model.failover?.awaitsPerson == true ? [Command.acknowledge] : []
    let running = model.steeredOperation == nil ? [] : [Command.pauseOperation, .abortOperation]
    let commands = [.focusNext] + answers + running + (model.failover == nil ? [] : moves) + [.help, .back]
    return commands.compactMap { command in
      guard let binding = Keymap.binding(for: command) else { return nil }
      let word = command == .focusNext ? "section" : word(binding, onMainScreenOf: model)
      return Entry(key: binding.barLabel(model.glyphs), word: word, isEnabled: model.whyDisabled(command) == nil)
    }
  }

  /// The keys of the drill page.
  private static func drill(_ model: ConsoleModel) -> [Entry] {
    let moves: [Command] = model.failover == nil ? [] : [.failoverPage, .failover, .pauseAutomation]
    let answers: [Command] = model.failover?.awaitsPerson == true ? [.acknowledge] : []
    return (answers + moves + [.palette, .help, .back]).compactMap { command in
      Keymap.binding(for: command).map { entry($0, onMainScreenOf: model) }
    }
  }

  /// The keys of the page of replication that is open.
  private static func replication(_ model: ConsoleModel) -> [Entry] {
    let commands: [Command] =
      switch model.replicationPage {
      case .tables: [.open] + Keymap.inReplicationBar
      case .conflicts: [.open, .syncReapply, .syncConflicts]
      case .conflict: [.syncReapply]
      case .differences: [.syncRepair, .syncVerify, .syncDifferences]
      }
    return (commands + [.help, .back]).compactMap { command in
      guard let binding = Keymap.binding(for: command) else { return nil }
      return Entry(
        key: binding.barLabel(model.glyphs), word: word(binding, in: model),
        isEnabled: model.whyDisabled(command) == nil)
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

  private static func entries(_ dialog: Dialog, model: ConsoleModel) -> [Entry] {
    let enter = Keystroke(.enter).label(model.glyphs)
    let scroll = Entry(
      key: verticalKeys(model), word: "scroll", isEnabled: DialogView.scrollLimit(of: dialog, in: model) > 0)
    switch dialog {
    case .plan(let plan):
      return [
        Entry(key: "g", word: "go", isEnabled: model.whyNotGo(plan) == nil), scroll,
        Entry(key: "Esc", word: "back, nothing is changed"),
      ]
    case .palette:
      return [
        Entry(key: enter, word: "run"), Entry(key: verticalKeys(model), word: "choose"),
        Entry(key: "Esc", word: "back"),
      ]
    case .themes:
      return [
        Entry(key: enter, word: "keep"), Entry(key: verticalKeys(model), word: "try another"),
        Entry(key: "Esc", word: "as it was"),
      ]
    case .choice:
      return [
        Entry(key: enter, word: "plan"), Entry(key: verticalKeys(model), word: "choose"),
        Entry(key: "Esc", word: "back"),
      ]
    case .held(let held):
      return [
        Entry(key: enter, word: "plan", isEnabled: model.whyNotPull(held) == nil), scroll,
        Entry(key: "Esc", word: "back"),
      ]
    case .confirm(let confirmation):
      return [
        Entry(key: "y", word: "yes", isEnabled: model.whyNotConfirm(confirmation) == nil),
        Entry(key: "Esc", word: "back, nothing is changed"),
      ]
    case .confirmQuit: return [Entry(key: "y", word: "quit"), Entry(key: "Esc", word: "stay")]
    case .help, .cloud, .link: return [scroll, Entry(key: "Esc", word: "back")]
    case .event: return [Entry(key: "Esc", word: "back")]
    }
  }
}
