import CellGrid
import Operations

/// The first lines of the failover page: where things stand in a sentence, and what there is to do. They do not scroll.
enum FailoverHead {
  static func rows(_ failover: FailoverSnapshot, model: ConsoleModel, width: Int) -> [DialogText.Row] {
    let writers = failover.writers(at: model.now)
    let (mark, role) =
      writers.count > 1 ? ("✖", Theme.Role.down) : (failover.state.mark, failover.state.role)
    let said = writers.count > 1 ? twoPrimaries(writers) : sentence(failover, model: model)
    let isCalm = role == .healthy
    var rows = TextLayout.wrap(said, to: max(10, width - 2)).enumerated().map { index, text in
      DialogText.Row([
        index == 0 ? Piece("\(mark) ", role) : Piece("  "), Piece(text, isCalm ? .foreground : role, bold: !isCalm),
      ])
    }
    if failover.isPaused {
      let by: Line = failover.pausedBy.map { [Piece(" by "), .outside($0, bold: true)] } ?? []
      rows.append(
        .init(
          [Piece("▲ ", .degraded), Piece("Paused", .degraded, bold: true)] + by + [
            Piece(": nothing happens without a person.   "), Piece("p", bold: true), Piece(" resumes it"),
          ]))
    }
    let advice = writers.count > 1 ? fencing(model) : advice(failover, model: model)
    if !advice.isEmpty { rows.append(.init([Piece("  → ", .focus)] + advice)) }
    return ScreenLayout.kind(of: model.size) == .compact ? rows : rows + [.blank]
  }

  private static func twoPrimaries(_ writers: [CloudID]) -> String {
    let names = writers.map(\.shown).joined(separator: " and ")
    return "\(names) take writes: each row is changed on one side only. One of them has to be fenced."
  }

  /// To take a cloud in again fences it before anything else.
  private static func fencing(_ model: ConsoleModel) -> Line {
    guard let cloud = model.needsRejoin else {
      return [Piece("see which one users write to before you fence the other")]
    }
    return [Piece("r", bold: true), Piece(" shows the plan: take \(cloud.shown) in again, which fences it first")]
  }

  private static func sentence(_ failover: FailoverSnapshot, model: ConsoleModel) -> String {
    let subject = failover.subject?.shown ?? "a cloud"
    let doing = failover.request?.participle ?? "acting"
    let unmet = failover.unmet.first.map { "\(Outside.text($0.name)), \(Outside.text($0.detail))" }
    switch failover.state {
    case .watching:
      let primary = model.snapshot?.primary?.shown
      return primary.map { "All is as it should be: \($0) is primary and nothing is suspected." }
        ?? "Nothing is suspected, but no single primary is known."
    case .suspecting: return "\(subject) fails for some vantages, or not for long enough yet."
    case .confirmed:
      if failover.isPaused { return "\(subject) is down for certain. It does not act: it is paused." }
      if failover.policy == .manual {
        return "\(subject) is down for certain. Nothing happens by itself: the policy is manual."
      }
      return "\(subject) is down for certain. \(unmet.map { "It does not act: \($0)." } ?? "It is about to act.")"
    case .countdown:
      let seconds = model.countdownSeconds ?? 0
      return "\(subject) is down for certain: \(doing) \(seconds > 0 ? "in \(seconds) s" : "now"), by itself."
    case .proposing:
      let wanted = failover.request.map { $0.imperative } ?? "acting"
      return "\(subject) is down for certain. Proposed: \(wanted)."
    case .acting: return "\(doing.prefix(1).uppercased())\(doing.dropFirst()); its steps are below."
    case .acted:
      return "It has acted by itself: \(doing). It does not again until a person has acknowledged that."
    case .cutOff: return "This host sees nothing at all: it takes itself for cut off, and changes nothing."
    }
  }

  /// The key that helps now.
  private static func advice(_ failover: FailoverSnapshot, model: ConsoleModel) -> Line {
    func key(_ key: String, _ words: String) -> Line { [Piece(key, bold: true), Piece(" \(words)   ")] }
    switch failover.state {
    case .watching, .acting: return []
    case .suspecting: return [Piece("nothing to do yet: it goes on watching", .faint)]
    case .countdown where !failover.isPaused: return key("x", "stops it") + key("p", "pauses the automation")
    case .confirmed, .countdown, .proposing:
      guard let first = model.requests(for: failover.subject == model.standingPrimary ? .failover : .evacuate).first
      else {
        return []
      }
      let command: Command = failover.subject == model.standingPrimary ? .failover : .evacuate
      let label = Keymap.binding(for: command)?.barLabel(model.glyphs) ?? ""
      return key(label, "shows the plan: \(Outside.text(first.phrase))")
    case .acted:
      let till: Line =
        failover.acknowledgeBy.map { [Piece("else it may act again from \($0.timeOfDay)Z", .faint)] } ?? []
      return key("a", "acknowledges it") + till
    case .cutOff: return [Piece("look at this machine's own network; another host may be seeing more", .foreground)]
    }
  }
}
