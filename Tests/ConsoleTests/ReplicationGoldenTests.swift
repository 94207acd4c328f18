import CellGrid
import Operations
import Testing

@testable import Console

@Suite struct ReplicationGoldenTests {
  static let situations: [String: @Sendable (inout ConsoleModel) -> Void] = [
    "main-streaming": { $0.snapshot = ReplicationFixture.snapshot(ReplicationFixture.streaming) },
    "main-blocked": { $0.snapshot = ReplicationFixture.snapshot(ReplicationFixture.blocked) },
    "main-two-links": { $0.snapshot = ReplicationFixture.snapshot(of: ReplicationFixture.both) },
    "no-link": { $0.type("s") },
    "streaming": { $0.look(at: ReplicationFixture.streaming) },
    "two-links": { model in
      model.snapshot = ReplicationFixture.snapshot(of: ReplicationFixture.both)
      model.type("s⇥")
    },
    "baseline": { $0.look(at: ReplicationFixture.baseline) },
    "catching-up": { $0.look(at: ReplicationFixture.catchingUp) },
    "paused": { $0.look(at: ReplicationFixture.paused) },
    "blocked": { $0.look(at: ReplicationFixture.blocked) },
    "retrying": { $0.look(at: ReplicationFixture.retrying) },
    "parked": { $0.look(at: ReplicationFixture.parked) },
    "slot-alarm": { $0.look(at: ReplicationFixture.slotAlarm) },
    "differing": { $0.look(at: ReplicationFixture.differing) },
    "in-full": { model in
      model.look(at: ReplicationFixture.parked)
      model.type("⏎")
    },
    "plan": { model in
      model.look(at: ReplicationFixture.streaming)
      model.type("B")
      model.answer(ReplicationFixture.plan)
    },
    "working": { model in
      model.snapshot = ReplicationFixture.working
      model.type("s")
    },
    "conflicts-asking": { model in
      model.look(at: ReplicationFixture.streaming)
      model.type("c")
    },
    "conflicts-failed": { model in
      model.look(at: ReplicationFixture.streaming)
      model.type("c")
      _ = model.update(.readingFailed("the host has not answered", ticket: model.ticket))
    },
    "conflicts": { $0.listConflicts() },
    "conflict": { model in
      model.listConflicts()
      model.type("⏎")
    },
    "conflict-deleted": { model in
      model.listConflicts()
      model.type("j⏎")
    },
    "differences": { model in
      model.look(at: ReplicationFixture.differing)
      model.type("d")
      _ = model.update(
        .differencesRead(ReplicationFixture.differences, ticket: model.ticket, at: SnapshotFixture.ago(1)))
      model.type("j")
    },
    "help": { model in
      model.look(at: ReplicationFixture.streaming)
      model.type("?")
    },
    "palette": { model in
      model.look(at: ReplicationFixture.streaming)
      model.type(":sync verify public.acount")
    },
  ]

  /// Every size in the default theme; the other classes of terminals at one.
  @Test(arguments: situations.keys.sorted())
  func everyLayoutAndThemeClass(of situation: String) throws {
    for terminal in GoldenTests.classes {
      for size in ModelFixture.sizes where terminal.name == "dark" || size == ModelFixture.sizes[1] {
        var model = ModelFixture.model(size: size, theme: ThemeFixture.theme(terminal.theme), glyphs: terminal.glyphs)
        Self.situations[situation]?(&model)
        try Golden.check(model.view(), "replication-\(situation)-\(size.width)x\(size.height)-\(terminal.name)")
      }
    }
  }
}

extension ConsoleModel {
  /// Opens the replication view of a link.
  mutating func look(at link: ReplicationLinkSnapshot) {
    snapshot = ReplicationFixture.snapshot(link)
    type("s")
  }

  fileprivate mutating func listConflicts() {
    look(at: ReplicationFixture.streaming)
    type("c")
    _ = update(.conflictsRead(ReplicationFixture.conflicts, ticket: ticket, at: SnapshotFixture.ago(2)))
  }
}
