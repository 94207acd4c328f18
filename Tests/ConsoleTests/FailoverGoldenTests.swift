import CellGrid
import Operations
import Testing

@testable import Console

@Suite struct FailoverGoldenTests {
  /// The page in each state of the engine.
  static let pages: [String: Snapshot] = [
    "watching": FailoverFixture.watching, "manual": FailoverFixture.manual,
    "suspecting": FailoverFixture.suspecting, "confirmed-held": FailoverFixture.held,
    "confirmed-manual": FailoverFixture.confirmedManual, "countdown": FailoverFixture.countdown,
    "proposing": FailoverFixture.proposing, "acting": FailoverFixture.pastReturn, "acted": FailoverFixture.acted,
    "cut-off": FailoverFixture.cutOff, "paused": FailoverFixture.paused,
    "loss-unknown": FailoverFixture.lossUnknown, "two-primaries": FailoverFixture.twoPrimaries,
    "failed": FailoverFixture.failed, "lease-elsewhere": FailoverFixture.leaseElsewhere,
    "down-elsewhere": FailoverFixture.downElsewhere, "database-down": FailoverFixture.databaseDown,
  ]

  /// The same on the main screen, and what is opened from there.
  static let situations: [String: @Sendable (inout ConsoleModel) -> Void] = [
    "none": { $0.type("w") },
    "main-watching": { $0.snapshot = FailoverFixture.watching },
    "main-suspecting": { $0.snapshot = FailoverFixture.suspecting },
    "main-held": { $0.snapshot = FailoverFixture.held },
    "main-manual": { $0.snapshot = FailoverFixture.confirmedManual },
    "main-countdown": { $0.snapshot = FailoverFixture.countdown },
    "main-proposing": { $0.snapshot = FailoverFixture.proposing },
    "main-paused": { $0.snapshot = FailoverFixture.pausedAndWell },
    "main-paused-down": { $0.snapshot = FailoverFixture.paused },
    "main-cut-off": { $0.snapshot = FailoverFixture.cutOff },
    "main-acted": { $0.snapshot = FailoverFixture.acted },
    "main-lease-elsewhere": { $0.snapshot = FailoverFixture.leaseElsewhere },
    "main-down-elsewhere": { $0.snapshot = FailoverFixture.downElsewhere },
    "main-failed": { $0.snapshot = FailoverFixture.failed },
    "run-begun": { $0.snapshot = FailoverFixture.begun },
    "run-paused": { $0.snapshot = FailoverFixture.pausedOperation },
    "run-past-return": { $0.snapshot = FailoverFixture.pastReturn },
    "run-compensating": { $0.snapshot = FailoverFixture.compensating },
    "plan-failover": { $0.ask("f", of: FailoverFixture.proposing, FailoverFixture.failoverPlan) },
    "plan-held": { model in
      model.ask("f", of: FailoverFixture.proposing, FailoverFixture.heldPlan)
      model.later(1)
      model.type("old-primary-not-fenced az")
    },
    "plan-loss-unknown": { $0.ask("f", of: FailoverFixture.lossUnknown, FailoverFixture.unknownLoss) },
    "plan-switchover": { $0.ask("f", of: FailoverFixture.watching, FailoverFixture.switchoverPlan) },
    "plan-in-countdown": { $0.ask("f", of: FailoverFixture.countdown, FailoverFixture.failoverPlan) },
    "choice": { model in
      model.snapshot = FailoverFixture.suspecting
      model.type("fj")
    },
    "choice-rejoin": { model in
      model.snapshot = FailoverFixture.acted
      model.type("r")
    },
    "confirm-resume": { model in
      model.snapshot = FailoverFixture.paused
      model.type("p")
    },
    "confirm-acknowledge": { model in
      model.snapshot = FailoverFixture.acted
      model.type("a")
    },
    "confirm-abort": { model in
      model.snapshot = FailoverFixture.pausedOperation
      model.type("A")
    },
    "help": { model in
      model.snapshot = FailoverFixture.watching
      model.type("?")
    },
    "palette": { model in
      model.snapshot = FailoverFixture.watching
      model.type(":rejoin aws rebild")
    },
    "hostile": { model in
      model.snapshot = FailoverFixture.hostile
      model.type("w")
    },
    "main-hostile": { $0.snapshot = FailoverFixture.hostile },
  ]

  /// Every size in the default theme; the other classes of terminals at one.
  private func check(_ name: String, _ prepare: (inout ConsoleModel) -> Void) throws {
    for terminal in GoldenTests.classes {
      for size in ModelFixture.sizes where terminal.name == "dark" || size == ModelFixture.sizes[1] {
        var model = ModelFixture.model(size: size, theme: ThemeFixture.theme(terminal.theme), glyphs: terminal.glyphs)
        prepare(&model)
        try Golden.check(model.view(), "failover-\(name)-\(size.width)x\(size.height)-\(terminal.name)")
      }
    }
  }

  @Test(arguments: pages.keys.sorted()) func thePage(in state: String) throws {
    try check(state) { model in
      model.snapshot = Self.pages[state]
      model.type("w")
    }
  }

  @Test(arguments: situations.keys.sorted()) func everyLayoutAndThemeClass(of situation: String) throws {
    try check(situation) { Self.situations[situation]?(&$0) }
  }

  @Test func everyStateHasItsPage() {
    let shown = Set(Self.pages.values.compactMap { $0.failover?.state })
    #expect(shown == Set(FailoverSnapshot.State.allCases))
  }
}

extension ConsoleModel {
  /// Presses a lever's key, and has the host answer with `plan`.
  mutating func ask(_ key: String, of snapshot: Snapshot, _ plan: Plan) {
    self.snapshot = snapshot
    type(key)
    answer(plan)
  }
}
