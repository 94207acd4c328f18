import CellGrid
import Operations
import Synchronization

@testable import Console

/// Consoles in the situations an operator meets.
enum ModelFixture {
  static let sizes = [Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 200, height: 50)]

  static func model(
    _ snapshot: Snapshot? = SnapshotFixture.allWell, size: Size = sizes[1], theme: Theme = .builtin,
    glyphs: GlyphSet = .unicode
  ) -> ConsoleModel {
    var model = ConsoleModel(
      size: size, now: SnapshotFixture.now, theme: theme, themes: ThemeFixture.shipped, glyphs: glyphs)
    model.connection = .attached
    model.snapshot = snapshot
    return model
  }

  /// What a golden screen is drawn of.
  static let situations: [String: @Sendable (inout ConsoleModel) -> Void] = [
    "all-well": { _ in },
    "azure-down": { $0.snapshot = SnapshotFixture.azureDown },
    "degraded-stale": { $0.snapshot = SnapshotFixture.degradedAndStale },
    "staging": { model in model.type("→→→→") },
    "plan-clear": { model in
      model.type("→→→→⏎")
      model.answer(PlanFixture.plan(to: 70, 30))
    },
    "plan-blocked": { model in
      model.type("→→→→→→→→→→⏎")
      model.answer(PlanFixture.blocked)
      model.later(1)
      model.type("too-soon cap")
    },
    "running": { $0.snapshot = SnapshotFixture.running },
    "host-lost": { model in
      model.connection = .lost(reason: "connection refused", since: SnapshotFixture.ago(12))
      model.snapshot?.generatedAt = SnapshotFixture.ago(12)
    },
    "help": { model in model.type("?") },
    "palette": { model in model.type(":th") },
    "themes": { model in model.type("T") },
    "filter": { model in model.type("/azure") },
    "cloud": { model in
      model.snapshot = SnapshotFixture.degradedAndStale
      model.focus = .clouds
      model.type("⏎")
    },
    "hostile": { $0.snapshot = SnapshotFixture.hostile },
    "no-snapshot": { model in
      model.snapshot = nil
      model.connection = nil
    },
  ]
}

extension ConsoleModel {
  /// Presses keys one after the other, 300 ms apart: `→` `←` `↑` `↓` `⏎` `⇥` `⎋` `⌫` or characters.
  @discardableResult
  mutating func type(_ keys: String) -> [ConsoleEffect] {
    var effects: [ConsoleEffect] = []
    for key in keys {
      let stroke: Keystroke =
        switch key {
        case "→": Keystroke(.right)
        case "←": Keystroke(.left)
        case "↑": Keystroke(.up)
        case "↓": Keystroke(.down)
        case "⏎": Keystroke(.enter)
        case "⇥": Keystroke(.tab)
        case "⎋": Keystroke(.escape)
        case "⌫": Keystroke(.backspace)
        default: .character(key)
        }
      keyTime = keyTime + .milliseconds(300)
      effects += update(.key(stroke, at: keyTime))
    }
    return effects
  }

  /// Presses one key.
  @discardableResult
  mutating func press(_ key: Keystroke) -> [ConsoleEffect] {
    keyTime = keyTime + .milliseconds(300)
    return update(.key(key, at: keyTime))
  }

  /// When the next key of ``type(_:)`` falls: kept in the clock of the model, so that tests need no other.
  private var keyTime: Timestamp {
    get { KeyClock.shared.withLock { $0 } }
    nonmutating set { KeyClock.shared.withLock { $0 = newValue } }
  }

  /// The host's answer to the plan asked for last.
  mutating func answer(_ plan: Plan) {
    _ = update(.planMade(plan, ticket: ticket, at: KeyClock.shared.withLock { $0 }))
  }

  mutating func later(_ seconds: Int) { KeyClock.shared.withLock { $0 = $0 + .seconds(seconds) } }
}
