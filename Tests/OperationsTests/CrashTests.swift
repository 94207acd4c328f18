import Operations
import Testing

/// The process dies after each entry of the journal in turn, with and without the effect that the entry announces; the
/// next one may die as well. Whatever happens, the end is the same and nothing is done twice.
@Suite struct CrashTests {
  static let scripts: [Rehearsal.Script] = [
    .init(), .init(failures: ["fence aws": true]), .init(failures: ["fence aws": false]),
    .init(failures: ["pause aws-azure": false]), .init(failures: ["drain aws-azure": true]),
    .init(failures: ["promote azure": true]), .init(failures: ["promote azure": false]),
    .init(failures: ["verify that azure takes writes": false]), .init(failures: ["write 0/100": true]),
    .init(failures: ["drain aws-azure": false, "resume aws-azure": false]),
    .init(failures: ["drain aws-azure": false], stumbles: ["resume aws-azure": 2, "promote aws": 1]),
    .init(abortsAt: 0), .init(abortsAt: 1), .init(abortsAt: 2),
    .init(failures: ["promote aws": false], abortsAt: 2), .init(stumbles: ["promote aws": 2], abortsAt: 2),
  ]

  @Test(arguments: scripts.indices)
  func oneCrashAnywhereChangesNothing(which: Int) throws {
    var whole = Rehearsal(Samples.move(), Self.scripts[which])
    let ended = try whole.finish()
    for length in 1..<whole.entries.count {
      for isLate in [false, true] {
        var crashed = Rehearsal(Samples.move(), Self.scripts[which])
        #expect(crashed.run(until: length, isLate: isLate) == nil)
        let resumed = try crashed.finish()
        expectSame(resumed, ended, crashed, whole, "cut after \(length), \(isLate)")
      }
    }
  }

  /// Life after life ends early: each writes one or two entries beyond the intent that it has to write again.
  @Test(arguments: scripts.indices, [2, 3])
  func oneCrashAfterAnotherChangesNothing(which: Int, entries: Int) throws {
    var whole = Rehearsal(Samples.move(), Self.scripts[which])
    let ended = try whole.finish()
    var crashed = Rehearsal(Samples.move(), Self.scripts[which])
    var resumed: OperationSnapshot?
    for _ in 1..<100 where resumed == nil {
      resumed = crashed.run(until: crashed.entries.count + entries, isLate: true)
    }
    expectSame(try #require(resumed), ended, crashed, whole, "crash after crash")
  }

  /// What the journal tells of an ended operation is what was seen of it when it ended.
  @Test(arguments: scripts.indices)
  func theJournalTellsTheEndAsItWas(which: Int) throws {
    var whole = Rehearsal(Samples.move(), Self.scripts[which])
    let ended = try whole.finish()
    #expect(OperationMachine.ended(whole.entries) == ended)
  }

  private func expectSame(
    _ resumed: OperationSnapshot, _ ended: OperationSnapshot, _ crashed: Rehearsal, _ whole: Rehearsal,
    _ comment: Comment
  ) {
    #expect(resumed.state == ended.state, comment)
    #expect(resumed.failure == ended.failure, comment)
    #expect(resumed.steps.map(\.state) == ended.steps.map(\.state), comment)
    #expect(crashed.effects == whole.effects, comment)
    var done: Set<Int> = []
    var takenBack: Set<Int> = []
    for entry in crashed.entries {
      switch entry.kind {
      case .stepIntended(let index, _): #expect(!done.contains(index), comment)
      case .stepDone(let index, _), .stepFailed(let index, _), .stepRefused(let index, _):
        #expect(done.insert(index).inserted, comment)
      case .compensationIntended(let index, _): #expect(!takenBack.contains(index), comment)
      case .compensationDone(let index, _): #expect(takenBack.insert(index).inserted, comment)
      default: continue
      }
    }
  }
}
