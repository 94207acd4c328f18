import Operations
import ReplicationEngine
import Testing

@Suite struct SyncPlannerTests {
  private let id = SyncWorld.id

  @Test func everyRequestHasItsSteps() throws {
    let verified = SyncWorld.snapshot { SyncWorld.verified(&$0, missing: 3) }
    let paused = SyncWorld.snapshot { $0.state = .paused }
    let both = SyncWorld.snapshot { $0.mode = .streamBoth }
    let snapshots = SyncWorld.snapshot { $0.mode = .snapshot }
    let cases: [(SyncRequest, Snapshot, [SyncAction])] = [
      (.pause(id), SyncWorld.snapshot(), [.pause(id), .notePause(id, isPaused: true)]),
      (.resume(id), paused, [.notePause(id, isPaused: false), .resume(id)]),
      (.baseline(id, tables: ["public.entry"]), verified, [.baseline(id, tables: ["public.entry"])]),
      (.verify(id, tables: []), verified, [.verify(id, tables: [])]),
      (.repair(id, tables: []), verified, [.repair(id, tables: []), .verify(id, tables: [])]),
      (
        .reverse(id), verified,
        [.drain(id), .advanceSequences(id), .confirmDrained(id), .reverse(id, source: CloudID("azure"))]
      ),
      (.now(id), verified, [.drain(id)]), (.now(id), snapshots, [.snapshot(id)]),
      (.reapply(id, conflict: 4), both, [.reapply(id, conflict: 4)]),
    ]
    for (request, snapshot, actions) in cases {
      let plan = try SyncWorld.plan(request, in: snapshot)
      #expect(plan.kind == .replication)
      #expect(plan.link == id)
      #expect(plan.steps.map(\.action) == actions.map { .sync($0) })
      #expect(plan.prediction.seconds == plan.steps.reduce(0) { $0 + $1.predictedSeconds })
      #expect(plan.interlocks.map(\.name) == SyncSettings().interlocks.map(\.name))
    }
  }

  @Test func effectsAndTimesComeFromWhatWasMeasured() throws {
    let pause = try SyncWorld.plan(.pause(id)).steps.first?.predictedEffect
    #expect(
      pause == "azure stands still; aws keeps its log from here on, 1.2 kB now; the slot is lost after 3.0 GB more")
    let guessed = try #require(try SyncWorld.plan(.baseline(id, tables: [])).steps.first)
    #expect(guessed.predictedSeconds == 5)
    #expect(guessed.predictedEffect.hasPrefix("2 tables emptied at azure and copied from aws, 100 MB"))
    let measured = SyncWorld.snapshot { $0.baselineBytesPerSecond = 10_000_000 }
    #expect(try SyncWorld.plan(.baseline(id, tables: []), in: measured).prediction.seconds == 10)
    let verified = SyncWorld.snapshot { SyncWorld.verified(&$0, missing: 3) }
    #expect(try SyncWorld.plan(.verify(id, tables: []), in: verified).prediction.seconds == 8)
    let repair = try SyncWorld.plan(.repair(id, tables: []), in: verified).steps.first?.predictedEffect
    #expect(repair == "rows at azure become those of aws: public.account 3")
    let many = SyncWorld.snapshot { SyncWorld.verified(&$0, missing: 5000) }
    let part = try SyncWorld.plan(.repair(id, tables: []), in: many).steps.first?.predictedEffect
    #expect(part?.contains("public.account 1000 of 5000") == true)
    #expect(part?.contains("signalbox sync baseline public.account --link aws-azure copies all") == true)
    #expect(try SyncWorld.plan(.now(id)).steps.first?.predictedEffect.contains("2.5 MB to go") == true)
  }

  @Test func whereThereIsNothingToDoTheTitleSaysSo() throws {
    let equal = SyncWorld.snapshot { SyncWorld.verified(&$0) }
    let cases: [(SyncRequest, Snapshot, String)] = [
      (.pause(id), SyncWorld.snapshot { $0.state = .paused }, "paused already"),
      (.resume(id), SyncWorld.snapshot(), "not paused"),
      (.repair(id, tables: []), equal, "no difference"),
    ]
    for (request, snapshot, words) in cases {
      let plan = try SyncWorld.plan(request, in: snapshot)
      #expect(plan.steps.isEmpty)
      #expect(plan.title.contains(words), "\(plan.title)")
    }
  }

  @Test func mistakesAreNamedWithWhatIsThere() throws {
    let both = SyncWorld.snapshot { $0.mode = .streamBoth }
    let leavingOut = SyncWorld.snapshot { link in
      for index in link.tables.indices where link.tables[index].name == "public.account" {
        link.tables[index].state = .refused
        link.tables[index].reason = "no key"
      }
    }
    var none = SyncWorld.snapshot()
    none.replication = []
    let cases: [(SyncRequest, Snapshot, String)] = [
      (.pause(LinkID("aws-azur")), SyncWorld.snapshot(), "did you mean aws-azure?"),
      (.pause(LinkID("x")), SyncWorld.snapshot(), "there are: aws-azure"),
      (.pause(id), none, "under replication:"),
      (.verify(id, tables: ["public.acount"]), SyncWorld.snapshot(), "did you mean public.account?"),
      (
        .verify(id, tables: ["public.account"]), leavingOut, "leaves public.account out, and it is not compared: no key"
      ),
      (.repair(id, tables: ["public.account"]), leavingOut, "leaves public.account out"),
      (.reverse(id), both, "both ways already"),
      (.reverse(id), SyncWorld.snapshot { $0.mode = .snapshot }, "exchange source and target"),
      (.reapply(id, conflict: 1), SyncWorld.snapshot(), "goes one way"),
      (.baseline(id, tables: []), SyncWorld.snapshot { $0.mode = .snapshot }, "sync now"),
    ]
    for (request, snapshot, words) in cases {
      #expect {
        try SyncWorld.plan(request, in: snapshot)
      } throws: { error in
        if case .invalidRequest(let reason)? = error as? HostError { return reason.contains(words) }
        return false
      }
    }
  }

  @Test func whatIsPutBackIsNamedAndMeant() throws {
    let both = SyncWorld.snapshot { $0.mode = .streamBoth }
    func step(_ row: DiscardedRow?) throws -> Plan.Step {
      try #require(try SyncWorld.plan(.reapply(id, conflict: 4, of: row), in: both).steps.first)
    }
    let put = try step(DiscardedRow(table: "public.account", key: "id=42", isDeletion: false))
    #expect(put.isPointOfNoReturn && put.title == "put back")
    #expect(
      put.predictedEffect == "public.account id=42 becomes at azure and aws what was discarded in conflict 4; "
        + "what stands there is logged as discarded")
    let gone = try step(DiscardedRow(table: "public.account", key: "id=42", isDeletion: true))
    #expect(gone.title == "delete")
    #expect(gone.predictedEffect.hasPrefix("public.account id=42 is deleted at azure and aws;"))
    #expect(try step(nil).predictedEffect.hasPrefix("the version or the deletion that was discarded in conflict 4"))
    let long = DiscardedRow(table: "public.account", key: String(repeating: "k", count: 500), isDeletion: false)
    #expect(try step(long).predictedEffect.count < 200)
  }
}
