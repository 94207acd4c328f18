import Operations
import Testing

@Suite struct OperationMachineTests {
  private let now = Samples.start

  @Test func nothingIsPerformedBeforeItsIntentIsRecorded() {
    var machine = OperationMachine(plan: Samples.plan(), actor: "kit@ops1", overridden: [], at: now)
    var action: OperationMachine.Action? = machine.begin(at: now)
    var intended: [Int] = []
    var performed = 0
    while let current = action, current != .finished {
      switch current {
      case .record(.stepIntended(let index, _)):
        intended.append(index)
        action = machine.handle(.recorded, at: now)
      case .record: action = machine.handle(.recorded, at: now)
      case .perform:
        #expect(intended.count == performed + 1)
        performed += 1
        action = machine.handle(.performed("ok"), at: now)
      case .wait, .hold, .finished: action = .finished
      }
    }
    #expect(performed == 3)
    #expect(machine.snapshot.state == .done)
    #expect(machine.snapshot.canUndo)
  }

  @Test func anIntentThatCannotBeRecordedPerformsNothing() {
    var machine = OperationMachine(plan: Samples.plan(), actor: "kit@ops1", overridden: [], at: now)
    _ = machine.begin(at: now)
    let action = machine.handle(.recordFailed("disk full"), at: now)
    #expect(action == .record(.operationEnded(state: .failed, failure: machine.snapshot.failure)))
    #expect(machine.snapshot.state == .failed)
    #expect(!machine.snapshot.canUndo)
    #expect(machine.snapshot.steps.map(\.state) == [.failed, .skipped, .skipped])
  }

  @Test func aFailedStepEndsTheOperationAndSkipsTheRest() {
    var machine = OperationMachine(plan: Samples.plan(), actor: "kit@ops1", overridden: [], at: now)
    _ = machine.begin(at: now)
    _ = machine.handle(.recorded, at: now)
    #expect(machine.handle(.failed("conflict"), at: now) == .record(.stepFailed(index: 0, reason: "conflict")))
    _ = machine.handle(.recorded, at: now)
    #expect(machine.snapshot.state == .failed)
    #expect(machine.snapshot.failure == "conflict")
  }

  @Test func supersedingWaitsUntilNothingButWatchingIsLeft() {
    var machine = OperationMachine(plan: Samples.plan(), actor: "kit@ops1", overridden: [], at: now)
    _ = machine.begin(at: now)
    _ = machine.handle(.recorded, at: now)
    #expect(machine.handle(.supersede, at: now) == nil)
    _ = machine.handle(.performed("written"), at: now)
    _ = machine.handle(.recorded, at: now)
    _ = machine.handle(.recorded, at: now)
    #expect(machine.handle(.supersede, at: now) == .record(.operationEnded(state: .superseded, failure: nil)))
    #expect(machine.snapshot.canUndo)
  }
}
