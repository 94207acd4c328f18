import Operations
import Testing

@testable import FailoverEngine

/// What people say to the automation, and what it remembers.
@Suite struct AutomationTests {
  private let toAzure = FailoverRequest.failover(to: Timeline.azure)

  @Test func aPauseEndsACountdownAndAResumeBeginsItAnew() {
    var timeline = Timeline(Timeline.automatic { $0.countdown = .seconds(3) })
    #expect(timeline.run(aws: "++xx", azure: "++++") == "--kk")
    timeline.feed(.changed(.pause, actor: "kit@ops1"))
    #expect(timeline.machine.phase == .proposing)
    #expect(timeline.unmet.contains("not-paused"))
    #expect(timeline.run(aws: "xxxxxx", azure: "++++++") == "pppppp")
    #expect(timeline.machine.view(at: timeline.now).pausedBy == "kit@ops1")
    timeline.feed(.changed(.resume, actor: "ana@ops2"))
    #expect(timeline.run(aws: "xxxx", azure: "++++") == "kkAA")
  }

  @Test func aStoppedCountdownProposesUntilTheCloudWasUpForAWhile() {
    var timeline = Timeline(
      Timeline.automatic {
        $0.countdown = .seconds(2)
        $0.recovery = .seconds(3)
        $0.flapLimit = 9
      })
    _ = timeline.run(aws: "++x", azure: "+++")
    #expect(timeline.machine.objection(to: .stopCountdown, at: timeline.now) == nil)
    timeline.feed(.changed(.stopCountdown, actor: "kit@ops1"))
    #expect(timeline.machine.objection(to: .stopCountdown, at: timeline.now) != nil)
    #expect(timeline.run(aws: "xxxx", azure: "++++") == "pppp")
    // A blip does not arm it again.
    #expect(timeline.run(aws: "+xx", azure: "+++") == "-pp")
    #expect(timeline.unmet.contains("not-stopped"))
    #expect(timeline.run(aws: "++++xxxx", azure: "++++++++") == "----kkAA")
    #expect(timeline.requests == [toAzure])
  }

  @Test func afterActingItWaitsForAPersonOrTheWindow() {
    var timeline = Timeline(Timeline.automatic { $0.window = .seconds(20) })
    #expect(timeline.run(aws: "++xxxxxx++", azure: "++++++++++") == "--AAAaaaaa")
    let view = timeline.machine.view(at: timeline.now)
    #expect(view.acknowledgeBy == Timeline.start + .seconds(3 + 20))
    #expect(view.subject == Timeline.aws)
    // The new primary is lost as well: that is for a person.
    #expect(timeline.run(aws: "+++", azure: "xxx") == "ppp")
    #expect(timeline.unmet == ["window-open"])
    timeline.feed(.changed(.acknowledge, actor: "kit@ops1"))
    #expect(timeline.run(aws: "++", azure: "xx") == "AA")
    #expect(timeline.requests == [toAzure, .failover(to: Timeline.aws)])
  }

  @Test func theWindowEndsByItself() {
    var timeline = Timeline(Timeline.automatic { $0.window = .seconds(20) })
    _ = timeline.run(aws: "++xxxx", azure: "++++++")
    #expect(timeline.run(aws: String(repeating: "+", count: 18), azure: String(repeating: "+", count: 18)).last == "-")
    #expect(timeline.machine.objection(to: .acknowledge, at: timeline.now) != nil)
    #expect(timeline.run(aws: "++", azure: "xx") == "AA")
  }

  @Test func aShiftDoesNotUseUpTheFailover() {
    var timeline = Timeline()
    #expect(timeline.run(aws: "+++++++xx", azure: "++xxx++++") == "--AAaaaAA")
    #expect(timeline.requests.last == toAzure)
  }

  @Test func whatAPersonDoesIsNotDoneAgain() {
    var timeline = Timeline(Timeline.automatic { $0.countdown = .seconds(3) })
    #expect(timeline.run(aws: "++xx", azure: "++++") == "--kk")
    _ = timeline.begin(toAzure, by: "kit@ops1")
    #expect(timeline.run(aws: "xxxxxx", azure: "++++++") == "AA----")
    #expect(timeline.requests.isEmpty)
  }

  @Test func theThirdOutageInAShortTimeIsLeftToAPerson() {
    var timeline = Timeline(
      Timeline.automatic {
        $0.countdown = .seconds(3)
        $0.recovery = .seconds(1)
        $0.flapWindow = .seconds(60)
      })
    #expect(timeline.run(aws: "++xx++xx++xxxxxx", azure: "++++++++++++++++") == "--kk--kk--pppppp")
    #expect(timeline.unmet == ["not-flapping"])
    #expect(timeline.requests.isEmpty)
    // An hour later nobody remembers.
    let calm = String(repeating: "+", count: 61)
    _ = timeline.run(aws: calm, azure: calm)
    #expect(timeline.run(aws: "xxxx", azure: "++++") == "kkkA")
  }

  @Test func aRefusedAttemptIsMadeAgainLessAndLessOften() {
    var timeline = Timeline()
    timeline.refusing = "the provider is away"
    let seconds = 40
    _ = timeline.run(aws: "++" + String(repeating: "x", count: seconds), azure: String(repeating: "+", count: 42))
    #expect(timeline.executed.map(\.second) == [3, 4, 6, 10, 18, 34])
    #expect(timeline.unmet == ["interlocks-clear"])
    #expect(timeline.condition("interlocks-clear")?.detail.hasPrefix("refused: the provider is away") == true)
    #expect(timeline.machine.memory.failover == nil)
  }

  @Test func anInterlockThatHoldsIsNamedAndIsNotTried() {
    var timeline = Timeline()
    let hold = InterlockHold(reason: "azure would be at 140 % of capacity", remedy: "add targets")
    timeline.held = [InterlockVerdict(name: InterlockName("capacity"), overridability: .byName, hold: hold)]
    #expect(timeline.run(aws: "++xxx", azure: "+++++") == "--ppp")
    #expect(timeline.unmet == ["interlocks-clear"])
    #expect(timeline.condition("interlocks-clear")?.detail == "capacity: azure would be at 140 % of capacity")
    timeline.held = []
    #expect(timeline.run(aws: "xx", azure: "++") == "AA")
  }

  @Test func nothingIsDoneBeforeTheJournalIsRead() {
    var timeline = Timeline()
    timeline.journalled = nil
    #expect(timeline.run(aws: "++xxx", azure: "+++++") == "--ppp")
    #expect(timeline.unmet == ["journal"])
    timeline.feed(.recallFailed("the disk is gone"))
    #expect(timeline.condition("journal")?.detail == "it cannot be read: the disk is gone")
    timeline.journalled = FailoverMemory()
    #expect(timeline.run(aws: "xx", azure: "++").last == "A")
  }

  @Test func aNewHolderOfTheLeaseReadsTheJournalAnew() {
    var timeline = Timeline()
    timeline.holdsLease = false
    #expect(timeline.run(aws: "++xx", azure: "++++") == "--pp")
    #expect(timeline.unmet == ["lease-held"])
    var memory = FailoverMemory()
    memory.pausedBy = "ana@ops2"
    timeline.journalled = memory
    timeline.holdsLease = true
    #expect(timeline.run(aws: "xx", azure: "++") == "pp")
    #expect(timeline.unmet == ["not-paused"])
  }

  @Test func whatIsSaidWhileTheJournalIsReadIsNewerThanWhatIsRead() {
    var timeline = Timeline()
    timeline.journalled = nil
    _ = timeline.run(aws: "++", azure: "++")
    timeline.feed(.changed(.pause, actor: "kit@ops1"))
    timeline.feed(.recalled(FailoverMemory()))
    #expect(timeline.machine.memory.isPaused)
    #expect(timeline.run(aws: "xx", azure: "++") == "pp")
  }

  @Test func aHostThatStartsWhileThePrimaryIsDownKnowsWhoItWas() {
    var timeline = Timeline()
    var memory = FailoverMemory()
    memory.primary = Timeline.aws
    timeline.journalled = memory
    #expect(timeline.run(aws: "xxx", azure: "+++") == "ppp")
    #expect(timeline.machine.view(at: timeline.now).request == toAzure)
    // What it never measured it does not promise.
    #expect(timeline.unmet == ["loss-within-rpo", "fence-provable"])
    #expect(timeline.requests.isEmpty)
  }

  @Test func thePrimaryIsRememberedOnceUntilItChanges() {
    var timeline = Timeline()
    _ = timeline.run(aws: "++++xxxxxx", azure: "++++++++++")
    #expect(timeline.remembered == [.primarySeen(Timeline.aws), .primarySeen(Timeline.azure)])
  }

  /// The answer to an execution takes its time, and so does the operation until it is seen.
  @Test func nothingIsBegunWhileSomethingBegins() {
    var timeline = Timeline()
    _ = timeline.run(aws: "++", azure: "++")
    var machine = timeline.machine
    var actions: [FailoverMachine.Action] = []
    func show() {
      timeline.machine = FailoverMachine(policy: FailoverPolicy(), at: timeline.now)
      timeline.step(["x", "+"])
      let snapshot = timeline.snapshot()
      actions = machine.handle(.snapshot(snapshot), at: timeline.now)
      if actions.contains(.propose(toAzure)) {
        actions += machine.handle(.planned(toAzure, held: []), at: timeline.now)
      }
    }
    func executes() -> Bool { actions.contains { if case .execute = $0 { true } else { false } } }
    show()
    #expect(executes())
    for _ in 0..<5 {
      show()
      #expect(!executes() && machine.phase == .acting)
    }
    actions = machine.handle(.started(toAzure, OperationID("f-1")), at: timeline.now)
    // It is not among the operations yet.
    for _ in 0..<5 {
      show()
      #expect(!executes() && machine.phase == .acting)
    }
    #expect(machine.memory.failover?.request == toAzure)
  }
}
