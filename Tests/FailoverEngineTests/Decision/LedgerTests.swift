import Operations
import Testing

@testable import FailoverEngine

@Suite struct LedgerTests {
  @Test func itIsThereWhenNothingIsWrong() {
    var timeline = Timeline()
    _ = timeline.run(aws: "+++", azure: "+++")
    let view = timeline.machine.view(at: timeline.now)
    #expect(
      view.ledger.map(\.name) == [
        "automatic", "not-paused", "lease-held", "journal", "not-cut-off", "primary-down", "quorum", "confirmed",
        "not-flapping", "one-primary", "target-healthy", "target-database", "loss-within-rpo", "fence-provable",
        "no-operation", "seen-since-change", "window-open", "not-stopped", "interlocks-clear",
      ])
    #expect(view.unmet.map(\.name) == ["primary-down", "quorum", "confirmed", "interlocks-clear"])
    #expect(view.request == nil)
    #expect(view.why(at: timeline.now).first == "Nothing is wrong.")
  }

  @Test func aShiftNeedsLess() {
    var timeline = Timeline(Timeline.automatic { $0.automation = .advise })
    _ = timeline.run(aws: "+++", azure: "+xx")
    let view = timeline.machine.view(at: timeline.now)
    #expect(
      view.ledger.map(\.name) == [
        "automatic", "not-paused", "lease-held", "journal", "not-cut-off", "cloud-down", "quorum", "confirmed",
        "not-flapping", "target-healthy", "no-operation", "seen-since-change", "window-open", "not-stopped",
        "interlocks-clear",
      ])
    #expect(view.unmet.map(\.name) == ["automatic"])
    #expect(
      view.headline(at: timeline.now)
        == "azure is down by quorum; a person must confirm: shift traffic to aws=100 azure=0.")
  }

  @Test func everyVantageIsHeardWithItsAge() throws {
    var timeline = Timeline()
    _ = timeline.run(aws: "++1..", azure: "+++++")
    let quorum = try #require(timeline.condition("quorum"))
    #expect(quorum.detail == "1/4 vantages on 1 network say down; 2 on 2 needed")
    #expect(quorum.ageSeconds == 2)
    #expect(quorum.voices.map(\.vantage.rawValue) == ["direct", "ams-1", "ams-2", "fra"])
    #expect(quorum.voices.map(\.health) == [.down, .healthy, .healthy, .healthy])
    let lines = timeline.machine.view(at: timeline.now).why(at: timeline.now)
    #expect(lines.first == "aws has been suspected for 2 s.")
    #expect(lines.contains(" ✖ quorum: 1/4 vantages on 1 network say down; 2 on 2 needed · 2.0 s old"))
    #expect(lines.contains("     direct (host): down, 1 · 2.0 s old"))
    // What is too old says nothing.
    _ = timeline.run(aws: "...", azure: "+++")
    #expect(timeline.condition("quorum")?.voices.map(\.health) == [.unknown, .unknown, .unknown, .unknown])
  }

  @Test func theLastDecisionStandsAsItStood() {
    var timeline = Timeline()
    _ = timeline.run(aws: "++xx++", azure: "++++++")
    let view = timeline.machine.view(at: timeline.now)
    #expect(view.lastDecisionAt == Timeline.start + .seconds(3))
    #expect(view.lastDecision.count == 19)
    #expect(view.lastDecision.first { !$0.isMet } == nil)
    #expect(view.lastDecision.first { $0.name == "primary-down" }?.detail == "aws is down: because of x")
    #expect(
      view.lastDecision.first { $0.name == "fence-provable" }?.detail == "aws's right to write ends by itself in 3 s")
    let lines = view.why(at: timeline.now)
    #expect(
      lines.first == "It has acted by itself, and will not again until acknowledged or until 2023-11-14T23:13:23.000Z.")
    #expect(lines.contains(" ✔ quorum: 4/4 vantages on 3 networks say down; 2 on 2 needed · 0.0 s old"))
  }

  @Test func twoPrimariesAreForAPerson() {
    var timeline = Timeline(Timeline.automatic { $0.countdown = .seconds(9) })
    _ = timeline.run(aws: "++w", azure: "+++")
    #expect(timeline.unmet.isEmpty)
    var snapshot = timeline.snapshot()
    for index in snapshot.clouds.indices {
      snapshot.clouds[index].database?.value.role = .primary
      snapshot.clouds[index].database?.value.writable = true
    }
    timeline.feed(.snapshot(snapshot))
    #expect(timeline.unmet == ["one-primary"])
    #expect(timeline.condition("one-primary")?.detail == "aws and azure both take writes")
    #expect(timeline.machine.phase == .proposing)
  }

  @Test func aTargetThatLacksATableIsForAPerson() {
    var timeline = Timeline()
    timeline.link?.tables = [ReplicatedTable(name: "public.tasks", state: .parked, reason: "column note is missing")]
    #expect(timeline.run(aws: "++xx", azure: "++++") == "--pp")
    #expect(timeline.unmet == ["loss-within-rpo"])
  }

  @Test func aPhysicalStandbyIsItsProvidersToPromote() {
    var timeline = Timeline(Timeline.automatic { $0.countdown = .seconds(9) })
    _ = timeline.run(aws: "++x", azure: "+++")
    var snapshot = timeline.snapshot()
    snapshot.clouds[1].database?.value.role = .standby
    timeline.feed(.snapshot(snapshot))
    #expect(timeline.unmet == ["target-database"])
    #expect(timeline.machine.phase == .proposing)
  }

  /// With leases relied on, a primary that never had one may write for ever.
  @Test func aLeaseThatWasNeverArmedProvesNothing() {
    var timeline = Timeline()
    timeline.leaseSeconds = nil
    #expect(timeline.run(aws: "++xx", azure: "++++") == "--pp")
    #expect(timeline.unmet == ["fence-provable"])
    #expect(
      timeline.condition("fence-provable")?.detail
        == "aws's database has not answered since, and no lease was seen on it")
  }

  /// The clock was set back by an hour: everything seen is of the future, and speaks for nothing.
  @Test func whatIsOfTheFutureDoesNotCount() {
    var timeline = Timeline()
    _ = timeline.run(aws: "++", azure: "++")
    timeline.observe("x", at: 0)
    let snapshot = timeline.snapshot()
    timeline.now = timeline.now - .seconds(3600)
    timeline.feed(.snapshot(snapshot))
    #expect(timeline.requests.isEmpty)
    #expect(timeline.condition("quorum")?.isMet == false)
    #expect(timeline.condition("primary-down")?.isMet == false)
  }

  /// A host that was stopped and goes on does not count the time that it did not look.
  @Test func aGapIsNotTimeDown() {
    var timeline = Timeline(Timeline.automatic { $0.confirmation = .seconds(30) })
    _ = timeline.run(aws: "++x", azure: "+++")
    timeline.now = timeline.now + .seconds(600)
    timeline.step(["x", "+"])
    #expect(timeline.condition("confirmed")?.detail == "aws down for 4 s, 30 s needed")
    #expect(timeline.machine.phase == .suspecting)
  }
}
