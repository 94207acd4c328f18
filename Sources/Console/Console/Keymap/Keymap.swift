/// The one table from which key handling, key bar, help and palette are made.
public enum Keymap {
  public static let bindings: [Binding] = levers + failover + replication + looking + moving + session

  private static let levers = [
    Binding(
      .open, [Keystroke(.enter)], "plan",
      "Open what is selected: the plan of a lever, all that is known of a cloud, an event in full", .levers, bar: 2),
    Binding(
      .stageMore, [.character("+"), .character("=")], "more",
      "Stage 5 more weight for the selected cloud; with two clouds the other one gets 5 less", .levers),
    Binding(
      .stageLess, [.character("-")], "less", "Stage 5 less weight for the selected cloud", .levers),
    Binding(
      .stageOneMore, [Keystroke(.right, shift: true), .character("L"), .character(">")], "one more",
      "Stage 1 more weight", .levers),
    Binding(
      .stageOneLess, [Keystroke(.left, shift: true), .character("H"), .character("<"), .character("_")], "one less",
      "Stage 1 less weight", .levers),
    Binding(
      .undo, [.character("u")], "undo", "Plan to take back the last operation that can be taken back", .levers, bar: 6),
    Binding(
      .go, [.character("g")], "go", "Set the plan on the screen going; works in a plan only", .levers,
      palette: false),
    Binding(
      .back, [Keystroke(.escape)], "back",
      "Back out: close the dialog, drop what is staged, clear the filter; changes nothing", .levers,
      palette: false),
  ]

  private static let replication = [
    Binding(
      .replication, [.character("s")], "sync", "Open replication, or close it", .replication, bar: 8),
    sync(.syncPause, "p", "pause", "Plan to pause the link, or to resume it", bar: 10),
    sync(.syncVerify, "v", "verify", "Plan to compare the selected table's rows on both sides", bar: 11),
    sync(.syncVerifyAll, "V", "verify all", "Plan to compare all tables", bar: 17),
    sync(
      .syncDifferences, "d", "differing", "List the rows of the selected table that the last verify found to differ",
      bar: 13),
    sync(.syncRepair, "r", "repair", "Plan to make the selected table's differing rows equal to the source's", bar: 14),
    sync(.syncConflicts, "c", "conflicts", "List the conflicts, newest first; again: read them anew", bar: 12),
    sync(.syncReapply, "a", "put back", "Plan to put the discarded version of the selected conflict back"),
    sync(.syncNow, "n", "up to now", "Plan to apply all that the source has committed by now", bar: 16),
    sync(.syncBaseline, "B", "copy anew", "Plan to empty the selected table at the target and copy it anew", bar: 15),
    sync(.syncReverse, "R", "reverse", "Plan to make the target the source", bar: 18),
  ]

  private static func sync(
    _ command: Command, _ key: Character, _ short: String, _ long: String, bar: Int? = nil
  ) -> Binding {
    Binding(command, [.character(key)], short, long, .replication, bar: bar, place: .inReplication)
  }

  /// What the key bar offers beside a link and its tables, the most needed first.
  static let inReplicationBar: [Command] = replication.filter { $0.place == .inReplication && $0.barRank != nil }
    .sorted { ($0.barRank ?? 0) < ($1.barRank ?? 0) }.map(\.command)

  private static let moving = [
    Binding(.focusNext, [Keystroke(.tab)], "pane", "Focus the next pane", .moving, bar: 0, brief: ""),
    Binding(
      .focusPrevious, [Keystroke(.tab, shift: true)], "previous pane", "Focus the previous pane", .moving),
    Binding(
      .left, [Keystroke(.left), .character("h")], "weight",
      "Stage 5 less weight (in the weights), or the cloud to the left", .moving, bar: 1,
      barKeys: [Keystroke(.left), Keystroke(.right)], palette: false, brief: "set"),
    Binding(
      .right, [Keystroke(.right), .character("l")], "right",
      "Stage 5 more weight (in the weights), or the cloud to the right", .moving, palette: false),
    Binding(.up, [Keystroke(.up), .character("k")], "up", "One line up", .moving, palette: false),
    Binding(.down, [Keystroke(.down), .character("j")], "down", "One line down", .moving, palette: false),
    Binding(.pageUp, [Keystroke(.pageUp)], "page up", "Ten lines up", .moving, palette: false),
    Binding(.pageDown, [Keystroke(.pageDown)], "page down", "Ten lines down", .moving, palette: false),
    Binding(.first, [Keystroke(.home)], "first", "To the first line", .moving, palette: false),
    Binding(.last, [Keystroke(.end)], "last", "To the last line", .moving, palette: false),
  ]

  private static let looking = [
    Binding(
      .palette, [.character(":")], "command", "Find a command by name; also `weights aws=70 azure=30`, `theme NAME`",
      .looking, bar: 12, palette: false, brief: "cmd"),
    Binding(
      .filter, [.character("/")], "filter", "Show only events that hold all the words typed", .looking, bar: 13),
    Binding(
      .drillPage, [.character("D")], "drill",
      "Open the drill that goes on, or close it: what its users meet with, what has been measured so far", .looking,
      bar: -2),
    Binding(.themes, [.character("T")], "theme", "Choose a theme; each is shown as you pass it", .looking, bar: 14),
    Binding(
      .help, [.character("?")], "help", "This list, with the reason where a key does nothing now", .looking, bar: 20),
  ]

  private static let session = [
    Binding(.redraw, [.control("l")], "redraw", "Draw the whole screen anew", .session),
    Binding(.suspend, [.control("z")], "suspend", "Suspend to the shell; fg comes back", .session),
    Binding(
      .quit, [.character("q"), .control("c")], "quit", "Leave; asks first while an operation runs in this process",
      .session, bar: 21),
  ]

  private static let commands = commands(except: .inReplication)
  private static let commandsInReplication = commands(except: .outsideReplication)

  private static func commands(except place: Binding.Place) -> [Keystroke: Command] {
    let keys = bindings.filter { $0.place != place }.flatMap { binding in binding.keys.map { ($0, binding.command) } }
    return Dictionary(keys, uniquingKeysWith: { first, _ in first })
  }

  /// What a key means on the main screen and in dialogs; nil where it means nothing.
  public static func command(for key: Keystroke) -> Command? { commands[key] }

  static func command(for key: Keystroke, inReplication: Bool) -> Command? {
    (inReplication ? commandsInReplication : commands)[key]
  }

  public static func binding(for command: Command) -> Binding? { bindings.first { $0.command == command } }
}
