import Operations
import Testing

@testable import ReplicationEngine

@Suite struct LinkMachineTests {
  static let now = Timestamp(secondsSinceEpoch: 1_700_000_000)
  static let slot = ReplicationLinkSnapshot.Slot(name: "s", active: false, retainedBytes: 0, safeBytes: nil)
  static let fresh = LinkInspection()
  static let empty = LinkInspection(needsBaseline: true, slot: slot, appliedPosition: LSN(1))
  static let ready = LinkInspection(warnings: ["a trigger fires"], slot: slot, appliedPosition: LSN(1))
  static let obstructed = LinkInspection(obstacles: ["wal_level is replica"], slot: slot, appliedPosition: LSN(1))

  /// A machine in each state, by the way that leads there.
  static func machine(in state: ReplicationLinkSnapshot.State) -> LinkMachine {
    var machine = LinkMachine(at: now)
    _ = machine.handle(.begin, at: now)
    switch state {
    case .preparing: break
    case .baseline: _ = machine.handle(.prepared(empty), at: now)
    case .catchingUp: _ = machine.handle(.prepared(ready), at: now)
    case .streaming:
      _ = machine.handle(.prepared(ready), at: now)
      machine.streams(behind: .zero, limit: .seconds(10), isFurther: true, at: now)
    case .paused: _ = machine.handle(.pause, at: now)
    case .blocked: _ = machine.handle(.prepared(obstructed), at: now)
    case .retrying: _ = machine.handle(.failed(.unreachable("no route")), at: now)
    }
    return machine
  }

  struct Case: Sendable {
    var event: LinkMachine.Event
    var action: LinkMachine.Action?
    var state: ReplicationLinkSnapshot.State?
  }

  /// What is mended before it was noted down would be taken for a table that had everything.
  @Test func aTableThatComesToDifferIsNotedDownAtOnce() {
    var machine = Self.machine(in: .streaming)
    var found = Self.ready
    #expect(machine.handle(.noticed(found), at: Self.now) == nil)
    found.needsRecord = true
    #expect(machine.handle(.noticed(found), at: Self.now) == .work(.prepare))
    #expect(machine.state == .streaming)
  }

  @Test(arguments: ReplicationLinkSnapshot.State.allCases)
  func everyStateIsReached(state: ReplicationLinkSnapshot.State) {
    #expect(Self.machine(in: state).state == state)
  }

  /// Every event in every state: what is done, and the state afterwards; nil for the state that was.
  @Test(arguments: ReplicationLinkSnapshot.State.allCases)
  func everyEvent(state: ReplicationLinkSnapshot.State) {
    let cases: [Case] =
      if state == .paused {
        // A paused link hears nothing but that it may go on.
        [
          .init(event: .begin), .init(event: .prepared(Self.ready)),
          .init(event: .copied),
          .init(event: .failed(.unreachable("x"))), .init(event: .failed(.blocked("x"))), .init(event: .waited),
          .init(event: .noticed(Self.obstructed)), .init(event: .pause), .init(event: .lookAgain),
          .init(event: .resume, action: .work(.prepare), state: .preparing),
        ]
      } else {
        [
          .init(event: .begin, action: .work(.prepare)),
          .init(event: .prepared(Self.fresh), action: .work(.prepare), state: .preparing),
          .init(event: .prepared(Self.empty), action: .work(.copy), state: .baseline),
          .init(event: .prepared(Self.ready), action: .work(.stream), state: .catchingUp),
          .init(
            event: .prepared(Self.obstructed), action: .wait(LinkMachine.blockedPause), state: .blocked),
          .init(event: .copied, action: .work(.prepare)),
          .init(event: .failed(.blocked("no right")), action: .wait(LinkMachine.blockedPause), state: .blocked),
          .init(event: .failed(.slotLost("gone")), action: .wait(LinkMachine.blockedPause), state: .blocked),
          .init(event: .waited, action: .work(.prepare)),
          .init(
            event: .lookAgain, action: .work(.prepare), state: state == .blocked ? .preparing : nil),
          .init(event: .resume), .init(event: .pause, action: .rest, state: .paused),
        ]
      }
    for expected in cases {
      var machine = Self.machine(in: state)
      #expect(machine.handle(expected.event, at: Self.now) == expected.action, "\(expected.event) while \(state)")
      #expect(machine.state == expected.state ?? state, "\(expected.event) while \(state)")
    }
  }

  @Test(arguments: [ReplicationLinkSnapshot.State.catchingUp, .streaming])
  func aStreamIsInterruptedByWhatMakesItWrongAlone(state: ReplicationLinkSnapshot.State) {
    var machine = Self.machine(in: state)
    #expect(machine.handle(.noticed(Self.ready), at: Self.now) == nil)
    #expect(machine.state == state)
    #expect(machine.reasons == ["a trigger fires"])
    #expect(machine.handle(.noticed(Self.empty), at: Self.now) == .work(.prepare))
    #expect(machine.state == .baseline)
    machine = Self.machine(in: state)
    #expect(machine.handle(.noticed(Self.obstructed), at: Self.now) == .wait(LinkMachine.blockedPause))
    #expect(machine.state == .blocked)
    #expect(machine.reasons == ["wal_level is replica"])
  }

  @Test(arguments: [ReplicationLinkSnapshot.State.preparing, .baseline, .blocked, .retrying])
  func otherWorkIsNotInterruptedByALook(state: ReplicationLinkSnapshot.State) {
    var machine = Self.machine(in: state)
    #expect(machine.handle(.noticed(Self.obstructed), at: Self.now) == nil)
    #expect(machine.state == state)
  }

  @Test func attemptsBecomeRarerAndBeginAnewOnceItStreams() {
    var machine = Self.machine(in: .preparing)
    var waits: [LinkMachine.Action?] = []
    for _ in 0..<8 { waits.append(machine.handle(.failed(.unreachable("no route")), at: Self.now)) }
    #expect(waits.prefix(3) == [.wait(.milliseconds(250)), .wait(.milliseconds(500)), .wait(.seconds(1))])
    #expect(waits.last == .wait(LinkMachine.longestPause))
    // One that begins and comes no further, as where the target's disk is full, is none.
    _ = machine.handle(.prepared(Self.ready), at: Self.now)
    machine.streams(behind: .zero, limit: .seconds(1), isFurther: false, at: Self.now)
    #expect(
      machine.handle(.failed(.unreachable("no route")), at: Self.now) == .wait(LinkMachine.longestPause))
    _ = machine.handle(.prepared(Self.ready), at: Self.now)
    machine.streams(behind: .zero, limit: .seconds(1), isFurther: true, at: Self.now)
    #expect(machine.handle(.failed(.unreachable("no route")), at: Self.now) == .wait(.milliseconds(250)))
    // Where a table is set aside, the next is tried at once.
    _ = machine.handle(.prepared(Self.ready), at: Self.now)
    machine.tookAside()
    #expect(machine.handle(.failed(.unreachable("set aside")), at: Self.now) == .wait(.milliseconds(250)))
    // Nor need anything have been written meanwhile.
    _ = machine.handle(.failed(.unreachable("no route")), at: Self.now)
    _ = machine.handle(.prepared(Self.ready), at: Self.now)
    let later = Self.now + LinkMachine.longestPause
    machine.streams(behind: .zero, limit: .seconds(1), isFurther: false, at: later)
    #expect(machine.handle(.failed(.unreachable("no route")), at: later) == .wait(.milliseconds(250)))
  }

  @Test func aLinkThatIsPausedAtAnotherHostRests() {
    var machine = Self.machine(in: .preparing)
    var paused = Self.ready
    paused.isPaused = true
    #expect(machine.handle(.prepared(paused), at: Self.now) == .rest)
    #expect(machine.state == .paused)
    #expect(!machine.reasons.isEmpty)
    #expect(machine.handle(.resume, at: Self.now) == .work(.prepare))
    #expect(machine.handle(.prepared(Self.ready), at: Self.now) == .work(.stream))
    var obstructed = Self.obstructed
    obstructed.isPaused = true
    _ = machine.handle(.failed(.unreachable("no route")), at: Self.now)
    #expect(machine.handle(.prepared(obstructed), at: Self.now) == .rest)
    #expect(machine.state == .paused && machine.reasons.last == "wal_level is replica")
  }

  @Test func workWithoutEffectIsNotRepeatedForEver() {
    var machine = Self.machine(in: .preparing)
    var rounds = 0
    while machine.handle(.prepared(Self.empty), at: Self.now) == .work(.copy), rounds < 100 {
      _ = machine.handle(.copied, at: Self.now)
      rounds += 1
    }
    #expect(rounds == 3)
    #expect(machine.state == .blocked)
  }

  @Test func beingBehindIsAStateOfItsOwn() {
    var machine = Self.machine(in: .streaming)
    let later = Self.now + .seconds(5)
    machine.streams(behind: .seconds(11), limit: .seconds(10), isFurther: true, at: later)
    #expect(machine.state == .catchingUp)
    #expect(machine.since == later)
    machine.streams(behind: .seconds(1), limit: .seconds(10), isFurther: true, at: later + .seconds(1))
    #expect(machine.state == .streaming)
  }
}
