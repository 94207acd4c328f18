import CellGrid
import Operations

/// A line of the command palette.
struct PaletteEntry: Equatable {
  enum Action: Equatable {
    case command(Command)
    case theme(String)
    case weights(Weights)
    case sync(SyncRequest)
    case failover(FailoverRequest)
    /// Something is being typed that is not a command yet.
    case nothing
  }

  var action: Action
  /// What is matched against what is typed.
  var name: String
  var detail: String
  var key: String
  /// Why Enter would do nothing.
  var disabled: String?

  /// The entries that fit `input`, best first; all of them while nothing is typed.
  static func matching(_ input: String, in model: ConsoleModel) -> [PaletteEntry] {
    let text = input.trimmingSpaces
    if text == "weights" || text.hasPrefix("weights ") { return [weights(text, in: model)] }
    let typed = (sync(text, in: model) ?? failover(text, in: model)).map { [$0] } ?? []
    let ranked = all(in: model).enumerated().compactMap { index, entry -> (PaletteEntry, Int, Int)? in
      FuzzyMatch.score(text, in: entry.name).map { (entry, $0, index) }
    }
    return typed + ranked.sorted { ($0.1, $0.2) < ($1.1, $1.2) }.map(\.0)
  }

  private static func all(in model: ConsoleModel) -> [PaletteEntry] {
    let commands = Keymap.bindings.filter(\.inPalette).flatMap { binding in
      let entry = PaletteEntry(
        action: .command(binding.command), name: (binding.place == .inReplication ? "sync " : "") + binding.short,
        detail: binding.long, key: binding.keyLabel(model.glyphs), disabled: model.whyDisabled(binding.command))
      return binding.command == .pauseAutomation ? pauseAndResume(entry, in: model) : [entry]
    }
    let example = (model.configured?.clouds ?? []).map { "\(Outside.text($0.rawValue))=N" }.joined(separator: " ")
    let weights = PaletteEntry(
      action: .nothing, name: "weights", detail: "Plan these weights: weights \(example)", key: "",
      disabled: model.whyNoPlan ?? "type the weights: weights \(example)")
    let themes = model.themes.map { theme in
      PaletteEntry(
        action: .theme(theme.name), name: "theme \(theme.name)", detail: theme.summary, key: "", disabled: nil)
    }
    return commands + [weights] + themes
  }

  private static func sync(_ text: String, in model: ConsoleModel) -> PaletteEntry? {
    guard let parsed = SyncCommand.parse(text, links: model.links, shown: model.link?.id) else { return nil }
    var entry = PaletteEntry(action: .nothing, name: text, detail: "", key: "", disabled: model.whyNoPlan)
    switch parsed {
    case .success(let request):
      entry.action = .sync(request)
      entry.detail = "Plan: \(request.title)"
    case .failure(let problem): entry.disabled = problem.message
    }
    return entry
  }

  /// One key does both; who types knows which is meant.
  private static func pauseAndResume(_ entry: PaletteEntry, in model: ConsoleModel) -> [PaletteEntry] {
    var (pause, resume) = (entry, entry)
    resume.name = "resume"
    if model.isAutomationPaused {
      pause.disabled = entry.disabled ?? "it is paused already"
    } else {
      resume.disabled = entry.disabled ?? "it is not paused"
    }
    return [pause, resume]
  }

  private static func failover(_ text: String, in model: ConsoleModel) -> PaletteEntry? {
    guard let parsed = FailoverCommand.parse(text, in: model) else { return nil }
    var entry = PaletteEntry(action: .nothing, name: text, detail: "", key: "", disabled: model.whyNoPlan)
    if model.snapshot != nil, model.failover == nil { entry.disabled = "no failover is configured" }
    switch parsed {
    case .success(let request):
      entry.action = .failover(request)
      entry.detail = "Plan: \(request.imperative)"
    case .failure(let problem): entry.disabled = entry.disabled ?? problem.message
    }
    return entry
  }

  private static func weights(_ text: String, in model: ConsoleModel) -> PaletteEntry {
    var entry = PaletteEntry(action: .nothing, name: text, detail: "", key: "", disabled: nil)
    if let reason = model.whyNoPlan {
      entry.disabled = reason
      return entry
    }
    guard let configured = model.configured else {
      entry.disabled = "the configured weights are not known"
      return entry
    }
    switch WeightsCommand.parse(text, standing: configured) {
    case .success(let weights):
      entry.action = .weights(weights)
      entry.detail = "Plan \(configured.ratio) → \(weights.ratio)"
    case .failure(let problem): entry.disabled = problem.message
    }
    return entry
  }
}

extension String {
  var trimmingSpaces: String {
    var text = Substring(self)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
