import Operations
import Simulation
import Testing

@testable import ReplicationEngine

@Suite(.timeLimit(.minutes(1))) struct ReplicationEngineTests {
  @Test func aFreshLinkIsPreparedCopiedAndStreams() async throws {
    let bench = Bench()
    bench.aws.commit([.init("public.account", "1", "a"), .init("public.entry", "1", "x")])
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.aws.commit([.init("public.account", "2", "b"), .init("public.account", "1", nil)])
      let link = try await bench.reach { _ in bench.azure.rows(of: "public.account") == ["2": "b"] }
      #expect(bench.azure.rows(of: "public.entry") == ["1": "x"])
      #expect(Array(bench.port(from: "aws").works.prefix(4)) == ["prepare", "copy", "prepare", "stream"])
      #expect(link.tables.map(\.state) == [.streaming, .streaming])
      #expect(link.lag?.value.appliedBytes == 0)
    }
    #expect(!bench.port(from: "aws").isStreaming)
  }

  @Test func whatBreaksIsTriedAgainAndLosesNothing() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.port(from: "aws").breakStream(.unreachable("the session ended"))
      let broken = try await bench.reach { $0.state == .retrying }
      #expect(broken.reasons == ["the session ended"])
      bench.aws.commit([.init("public.account", "7", "g")])
      _ = try await bench.reach { $0.state == .streaming }
      _ = try await bench.reach { _ in bench.azure.rows(of: "public.account") == ["7": "g"] }
      #expect(bench.port(from: "aws").copies == 2)
    }
  }

  @Test func aDatabaseThatIsAwayIsWaitedFor() async throws {
    let bench = Bench()
    bench.azure.fail("connection refused")
    try await bench.running {
      let waiting = try await bench.reach { $0.state == .retrying }
      #expect(waiting.reasons == ["azure: connection refused"])
      bench.azure.fail(nil)
      _ = try await bench.reach { $0.state == .streaming }
    }
  }

  /// Then the source keeps more and more for it.
  @Test func whatTheSourceKeepsIsSeenWhileTheTargetIsAway() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.azure.fail("connection refused")
      bench.port(from: "aws").breakStream(.unreachable("the session ended"))
      let away = try await bench.reach { $0.state == .retrying }
      let before = try #require(away.slot?.value.retainedBytes)
      bench.aws.commit([.init("public.account", "7", "g")])
      let later = try await bench.reach { $0.slot.map { $0.observedAt - away.since > .seconds(30) } ?? false }
      #expect(later.state == .retrying)
      #expect(try #require(later.slot?.value.retainedBytes) > before)
    }
  }

  @Test func anObstacleBlocksUntilItIsMended() async throws {
    let bench = Bench()
    bench.port(from: "aws").obstruct(["wal_level is replica: ALTER SYSTEM SET wal_level = logical"])
    try await bench.running {
      let blocked = try await bench.reach { $0.state == .blocked }
      #expect(blocked.reasons.count == 1)
      bench.port(from: "aws").obstruct([])
      _ = try await bench.reach { $0.state == .streaming }
    }
  }

  @Test func aLostSlotIsNotMadeAnewInSilence() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.aws.dropSlot("signalbox_aws_azure")
      let blocked = try await bench.reach { $0.state == .blocked }
      #expect(blocked.reasons.first?.contains("signalbox_aws_azure") == true)
      #expect(bench.aws.slotNames.isEmpty)
    }
  }

  /// What was in the way is looked at again before anybody who waits is told of it.
  @Test func aCopyMendsALinkThatIsBlocked() async throws {
    let bench = Bench()
    bench.aws.commit([.init("public.account", "1", "a")])
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.aws.dropSlot("signalbox_aws_azure")
      _ = try await bench.reach { $0.state == .blocked }
      #expect(try await bench.perform(.baseline(Bench.id, tables: [])) == "2 tables copied anew")
      #expect(try await bench.link.state != .blocked)
      #expect(bench.azure.rows(of: "public.account") == ["1": "a"])
    }
  }

  @Test func aCopyThatDoesNotMendIsToldOf() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.port(from: "aws").obstruct(["wal_level is replica"])
      _ = try await bench.reach { $0.state == .blocked }
      let error = await #expect(throws: HostError.self) { try await bench.perform(.baseline(Bench.id, tables: [])) }
      #expect(error.map { "\($0)".contains("wal_level is replica") } == true)
    }
  }

  /// An index of a large table takes longer than anybody waits for bytes that do not come.
  @Test func aCopyIsNotGivenUpWhileAnIndexIsMade() async throws {
    let bench = Bench()
    bench.port(from: "aws").setRebuildTime(.seconds(600))
    try await bench.running {
      _ = try await bench.reach { $0.baseline?.rebuilding == ["index"] }
      bench.port(from: "aws").setRebuildTime(.zero)
      _ = try await bench.reach { $0.state == .streaming }
      bench.port(from: "aws").setRebuildTime(.seconds(600))
      #expect(try await bench.perform(.baseline(Bench.id, tables: [])) == "2 tables copied anew")
    }
  }

  /// The host that rests keeps watch over the source's disk too.
  @Test func whatTheSourceKeepsIsSeenWhileTheLinkRestsAndTheTargetIsAway() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      _ = try await bench.perform(.pause(Bench.id))
      bench.azure.fail("connection refused")
      let away = try await bench.link
      let before = try #require(away.slot?.value.retainedBytes)
      bench.aws.commit([.init("public.account", "7", "g")])
      let later = try await bench.reach { $0.slot.map { $0.observedAt - away.since > .seconds(30) } ?? false }
      #expect(later.state == .paused)
      #expect(try #require(later.slot?.value.retainedBytes) > before)
    }
  }

  @Test func aTableThatAppearsIsCopiedAndTheStreamGoesOn() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.aws.create("public.late")
      bench.aws.commit([.init("public.late", "1", "z")])
      _ = try await bench.reach { $0.tables.count == 3 && $0.state == .streaming }
      #expect(bench.azure.rows(of: "public.late") == ["1": "z"])
    }
  }

  @Test func theClocksAreWatchedWhileItStreams() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.port(from: "aws").setSkew(.milliseconds(800))
      _ = try await bench.reach { $0.clockSkewSeconds == 0.8 }
      bench.port(from: "aws").obstruct(["the clocks are 800 ms apart"])
      _ = try await bench.reach { $0.state == .blocked }
    }
  }

  @Test func aStalledTargetFallsBehind() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.port(from: "aws").stall(true)
      bench.aws.commit([.init("public.account", "1", "a")])
      let behind = try await bench.reach { $0.state == .catchingUp && ($0.lag?.value.appliedSeconds ?? 0) > 10 }
      #expect((behind.lag?.value.appliedBytes ?? 0) > 0)
      #expect(behind.lagHistory.compactMap { $0 }.max() ?? 0 > 8)
      bench.port(from: "aws").stall(false)
      _ = try await bench.reach { $0.state == .streaming && $0.lag?.value.appliedSeconds == 0 }
    }
  }

  @Test func aPauseHoldsAndIsRememberedByTheJournal() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      _ = try await bench.perform(.pause(Bench.id))
      #expect(!bench.port(from: "aws").isStreaming)
      bench.aws.commit([.init("public.account", "1", "a")])
      let paused = try await bench.reach { ($0.lag?.value.appliedBytes ?? 0) > 0 }
      #expect(paused.state == .paused)
      #expect(bench.azure.rows(of: "public.account").isEmpty)
    }
    let journal = MemoryJournal()
    try await journal.performed(.pause(Bench.id))
    let next = Bench(journal: journal, over: bench)
    try await next.running {
      _ = try await next.reach { $0.state == .paused }
      _ = try await next.perform(.resume(Bench.id))
      _ = try await next.reach { _ in next.azure.rows(of: "public.account") == ["1": "a"] }
    }
  }

  /// A journal is one host's; the databases are everybody's.
  @Test func aPauseIsFoundByWhicheverHostTakesOver() async throws {
    let first = Bench()
    let second = Bench(journal: MemoryJournal(), over: first)
    let looking = Task { await second.engine.look() }
    try await first.running {
      _ = try await first.reach { $0.state == .streaming }
      first.azure.fail("down")
      _ = try await first.perform(.pause(Bench.id))
      let words = try await first.perform(.notePause(Bench.id, isPaused: true))
      #expect(words.contains("another host does not know of it"))
      first.azure.fail(nil)
      // It is told as soon as it can be.
      _ = try await first.move { try await first.port(from: "aws").inspect().isPaused ? true : nil }
      _ = try await second.reach { $0.state == .paused && $0.reasons.last?.contains("nobody has resumed it") == true }
    }
    looking.cancel()
    await looking.value
    first.aws.commit([.init("public.account", "1", "a")])
    try await second.running {
      _ = try await second.reach { $0.state == .paused && ($0.lag?.value.appliedBytes ?? 0) > 0 }
      #expect(second.azure.rows(of: "public.account").isEmpty)
      #expect(try await second.perform(.notePause(Bench.id, isPaused: false)).contains("azure has it"))
      _ = try await second.perform(.resume(Bench.id))
      _ = try await second.reach { _ in second.azure.rows(of: "public.account") == ["1": "a"] }
    }
    let third = Bench(journal: MemoryJournal(), over: first)
    try await third.running { _ = try await third.reach { $0.state == .streaming } }
  }

  /// The pause in a host's own journal is older than what another host has done since.
  @Test func aPausedLinkThatAnotherHostHasTurnedIsFollowed() async throws {
    let journal = MemoryJournal()
    try await journal.performed(.pause(Bench.id))
    let first = Bench(journal: MemoryJournal())
    try await first.running {
      _ = try await first.reach { $0.state == .streaming }
      _ = try await first.perform(.pause(Bench.id))
      _ = try await first.perform(.notePause(Bench.id, isPaused: true))
      _ = try await first.perform(.reverse(Bench.id, source: CloudID("azure")))
      _ = try await first.reach { $0.state == .streaming && $0.source == CloudID("azure") }
    }
    let back = Bench(journal: journal, over: first)
    try await back.running {
      _ = try await back.reach { $0.state == .streaming && $0.source == CloudID("azure") }
    }
  }

  @Test func drainWaitsForWhatWasCommitted() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.aws.commit([.init("public.account", "1", "a")])
      let detail = try await bench.perform(.drain(Bench.id))
      #expect(detail.hasPrefix("everything up to"))
      #expect(bench.azure.rows(of: "public.account") == ["1": "a"])
    }
  }

  @Test func aDrainThatComesNoFurtherIsGivenUp() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.port(from: "aws").stall(true)
      bench.aws.commit([.init("public.account", "1", "a")])
      await #expect(throws: HostError.self) { try await bench.perform(.drain(Bench.id)) }
    }
  }

  /// A snapshot of large tables moves no position until it is complete.
  @Test func aDrainIsNotGivenUpWhileTheLinkWorks() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      let port = bench.port(from: "aws")
      port.stall(true)
      port.labour(true)
      bench.aws.commit([.init("public.account", "1", "a")])
      async let detail = bench.perform(.drain(Bench.id))
      try await bench.clock.sleep(for: .seconds(600))
      port.stall(false)
      #expect(try await detail.hasPrefix("everything up to"))
    }
  }

  @Test func tablesAreCopiedAnew() async throws {
    let bench = Bench()
    bench.aws.commit([.init("public.account", "1", "a")])
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.azure.commit([.init("public.account", "9", "stray")], logged: false)
      let detail = try await bench.perform(.baseline(Bench.id, tables: ["public.account"]))
      #expect(detail == "1 table copied anew")
      #expect(bench.azure.rows(of: "public.account") == ["1": "a"])
      #expect(bench.port(from: "aws").copies == 3)
    }
  }

  @Test func differencesAreFoundAndRepaired() async throws {
    let bench = Bench()
    bench.aws.commit([.init("public.account", "1", "a"), .init("public.account", "2", "b")])
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      #expect(try await bench.perform(.verify(Bench.id, tables: [])) == "2 rows of 2 tables are equal")
      bench.azure.commit(
        [.init("public.account", "1", "z"), .init("public.account", "2", nil), .init("public.account", "3", "s")],
        logged: false)
      #expect(try await bench.perform(.verify(Bench.id, tables: [])) == "rows differ: public.account 3")
      let found = try await bench.engine.differences(of: Bench.id, limit: 10)
      #expect(Set(found.map(\.kind)) == [.unlike, .missing, .surplus])
      #expect(try await bench.engine.differences(of: Bench.id, limit: 2).count == 2)
      let detail = try await bench.perform(.repair(Bench.id, tables: []))
      #expect(detail == "3 rows were made equal")
      #expect(bench.azure.rows(of: "public.account") == bench.aws.rows(of: "public.account"))
      #expect(try await bench.perform(.verify(Bench.id, tables: [])) == "2 rows of 2 tables are equal")
    }
  }

  @Test func whatARepairWroteIsCountedInRows() {
    #expect(ReplicationEngine.repaired(2, of: 3) == "2 of 3 rows were made equal; the others had become so")
    // Equal rows without a key are one difference.
    #expect(ReplicationEngine.repaired(3, of: 1) == "3 rows were made equal")
  }

  @Test func aTableThatIsGoneIsNotSaidToBeEqual() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.aws.drop("public.account")
      let failure = await #expect(throws: HostError.self) {
        try await bench.perform(.verify(Bench.id, tables: ["public.account", "public.entry"]))
      }
      #expect("\(try #require(failure))".hasSuffix("aws has them no more: public.account"))
      // What was compared counts all the same.
      #expect(try await bench.link.tables.filter { $0.lastVerify != nil }.map(\.name) == ["public.entry"])
    }
  }

  @Test func aRepairAfterARestartComparesFirst() async throws {
    let bench = Bench()
    bench.aws.commit([.init("public.account", "1", "a")])
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.azure.commit([.init("public.account", "1", "z")], logged: false)
      #expect(try await bench.perform(.repair(Bench.id, tables: ["public.account"])) == "1 row was made equal")
      #expect(bench.azure.rows(of: "public.account") == ["1": "a"])
    }
  }

  @Test func aReversedLinkGoesTheOtherWayWithoutACopy() async throws {
    let bench = Bench()
    bench.aws.commit([.init("public.account", "1", "a")])
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      #expect(try await bench.perform(.advanceSequences(Bench.id)) == "1 sequences set past the source's")
      _ = try await bench.perform(.reverse(Bench.id, source: CloudID("azure")))
      let link = try await bench.reach { $0.state == .streaming && $0.source == CloudID("azure") }
      #expect(link.target == CloudID("aws"))
      bench.azure.commit([.init("public.account", "2", "b")])
      _ = try await bench.reach { _ in bench.aws.rows(of: "public.account") == ["1": "a", "2": "b"] }
      #expect(bench.aws.slotNames.isEmpty)
      #expect(bench.azure.slotNames == ["signalbox_azure_aws"])
      // What was seen when it was made ready serves: it is neither looked at nor made again before it streams.
      #expect(bench.port(from: "azure").works == ["prepare", "adopt", "stream"])
      // Performed again, as after a crash before its outcome was written, it changes nothing.
      let works = bench.port(from: "azure").works
      #expect(try await bench.perform(.reverse(Bench.id, source: CloudID("azure"))).hasSuffix("already"))
      #expect(bench.port(from: "azure").works == works)
      await #expect(throws: HostError.self) {
        try await bench.perform(.reverse(Bench.id, source: CloudID("elsewhere")))
      }
      _ = try await bench.perform(.reverse(Bench.id, source: CloudID("aws")))
      _ = try await bench.reach { $0.state == .streaming && $0.source == CloudID("aws") }
    }
  }

  @Test func aReversalThatCannotBeMadeLeavesTheLinkAsItWas() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      bench.port(from: "azure").obstruct(["max_replication_slots is used up"])
      await #expect(throws: LinkFailure.self) { try await bench.perform(.reverse(Bench.id, source: CloudID("azure"))) }
      let link = try await bench.reach { $0.state == .streaming }
      #expect(link.source == CloudID("aws"))
      #expect(bench.azure.slotNames.isEmpty)
    }
  }

  /// After a failover the old direction is paused for good: a reversal that fails must not set it going.
  @Test func aPausedLinkThatCannotBeReversedStaysPaused() async throws {
    let bench = Bench()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      _ = try await bench.perform(.pause(Bench.id))
      bench.port(from: "azure").obstruct(["max_replication_slots is used up"])
      await #expect(throws: LinkFailure.self) { try await bench.perform(.reverse(Bench.id, source: CloudID("azure"))) }
      #expect(try await bench.link.state == .paused)
      bench.aws.commit([.init("public.account", "7", "late")])
      for _ in 0..<100 { await Task.yield() }
      #expect(bench.azure.rows(of: "public.account").isEmpty)
      #expect(!bench.port(from: "aws").isStreaming)
    }
  }

  /// A host that finds the link turned round and only the intent in the journal.
  private func turnedBeforeACrash() async throws -> Bench {
    let bench = Bench()
    bench.aws.commit([.init("public.account", "1", "a")])
    let journal = MemoryJournal()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      try await journal.intended(.reverse(Bench.id, source: CloudID("azure")))
      _ = try await bench.perform(.reverse(Bench.id, source: CloudID("azure")))
      _ = try await bench.reach { $0.state == .streaming && $0.source == CloudID("azure") }
    }
    return Bench(journal: journal, over: bench)
  }

  /// The host dies between the reversal and its outcome in the journal: the step is performed again, and not twice.
  @Test func aReversalInterruptedByACrashIsFinished() async throws {
    let next = try await turnedBeforeACrash()
    next.azure.commit([.init("public.account", "2", "b")])
    try await next.running {
      // Until the step has been done again, nothing runs in either direction.
      _ = try await next.reach { $0.state == .paused }
      _ = try await next.perform(.reverse(Bench.id, source: CloudID("azure")))
      _ = try await next.reach { _ in next.aws.rows(of: "public.account") == ["1": "a", "2": "b"] }
      #expect(next.aws.slotNames.isEmpty)
      #expect(next.port(from: "azure").copies == 0)
    }
  }

  /// The host died before it had turned anything, and the next one finds that it cannot be done: the old way goes on.
  @Test func aReversalInterruptedByACrashAndGivenUpLetsTheLinkGoOn() async throws {
    let bench = Bench()
    let journal = MemoryJournal()
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      try await journal.intended(.reverse(Bench.id, source: CloudID("azure")))
    }
    let next = Bench(journal: journal, over: bench)
    try await next.running {
      _ = try await next.reach { $0.state == .paused }
      next.port(from: "azure").obstruct(["max_replication_slots is used up"])
      await #expect(throws: LinkFailure.self) { try await next.perform(.reverse(Bench.id, source: CloudID("azure"))) }
      next.aws.commit([.init("public.account", "1", "on")])
      _ = try await next.reach { _ in next.azure.rows(of: "public.account") == ["1": "on"] }
      #expect(try await next.link.source == CloudID("aws"))
    }
  }

  /// The host died when it had turned the link, and the next one takes that back: the way there is made anew.
  @Test func aReversalInterruptedByACrashIsTakenBack() async throws {
    let next = try await turnedBeforeACrash()
    try await next.running {
      _ = try await next.reach { $0.state == .paused }
      _ = try await next.perform(.reverse(Bench.id, source: CloudID("aws")))
      next.aws.commit([.init("public.account", "2", "b")])
      _ = try await next.reach { _ in next.azure.rows(of: "public.account") == ["1": "a", "2": "b"] }
      #expect(next.azure.slotNames.isEmpty)
      #expect(next.port(from: "aws").copies == 0)
    }
  }

  /// It was turned before the crash, cannot be again for now, and is then taken back.
  @Test func aReversalThatIsGivenUpAfterACrashIsTakenBackWhole() async throws {
    let next = try await turnedBeforeACrash()
    try await next.running {
      _ = try await next.reach { $0.state == .paused }
      next.port(from: "azure").obstruct(["the log is full"])
      await #expect(throws: LinkFailure.self) { try await next.perform(.reverse(Bench.id, source: CloudID("azure"))) }
      _ = try await next.perform(.reverse(Bench.id, source: CloudID("aws")))
      next.aws.commit([.init("public.account", "2", "b")])
      _ = try await next.reach { _ in next.azure.rows(of: "public.account") == ["1": "a", "2": "b"] }
      #expect(try await next.link.source == CloudID("aws"))
      #expect(next.azure.slotNames.isEmpty)
    }
  }

  /// Its journal tells of what it did itself. Whoever looks, or takes over, goes by the databases.
  @Test func aLinkThatAnotherHostHasTurnedIsFollowed() async throws {
    let first = Bench()
    let second = Bench(journal: MemoryJournal(), over: first)
    let looking = Task { await second.engine.look() }
    try await first.running {
      _ = try await first.reach { $0.state == .streaming }
      _ = try await second.reach { !$0.tables.isEmpty && $0.source == CloudID("aws") }
      _ = try await first.perform(.reverse(Bench.id, source: CloudID("azure")))
      _ = try await first.reach { $0.state == .streaming && $0.source == CloudID("azure") }
      _ = try await second.reach { $0.source == CloudID("azure") }
    }
    looking.cancel()
    await looking.value
    first.azure.commit([.init("public.account", "1", "a")])
    try await second.running {
      _ = try await second.reach { $0.state == .streaming && $0.source == CloudID("azure") }
      _ = try await second.reach { _ in second.aws.rows(of: "public.account") == ["1": "a"] }
    }
    #expect(second.aws.slotNames.isEmpty)
    #expect(second.port(from: "aws").works.isEmpty)
  }

  @Test func aHostThatOnlyLooksTouchesNothing() async throws {
    let bench = Bench()
    let engine = bench.engine
    let looking = Task { await engine.look() }
    let link = try await bench.reach { !$0.tables.isEmpty }
    #expect(link.reasons.last?.contains("only looks") == true)
    #expect(bench.port(from: "aws").works.isEmpty)
    #expect(bench.aws.slotNames.isEmpty)
    looking.cancel()
    await looking.value
  }

  @Test func aLinkThatIsNotThereIsNamed() async throws {
    let bench = Bench()
    await #expect(throws: HostError.invalidRequest("there is no link nowhere; there are: aws-azure")) {
      try await bench.engine.conflicts(of: LinkID("nowhere"), newest: 5)
    }
  }
}

extension MemoryJournal {
  /// A step that was begun.
  func intended(_ action: SyncAction) async throws {
    _ = try await append(
      .init(
        at: Timestamp(secondsSinceEpoch: 0), operation: OperationID("r-1"), actor: "kit@ops1",
        kind: .stepIntended(index: 0, action: .sync(action))))
  }

  /// A step that was begun and done.
  func performed(_ action: SyncAction) async throws {
    try await intended(action)
    _ = try await append(
      .init(
        at: Timestamp(secondsSinceEpoch: 0), operation: OperationID("r-1"), actor: "kit@ops1",
        kind: .stepDone(index: 0, detail: "done")))
  }
}
