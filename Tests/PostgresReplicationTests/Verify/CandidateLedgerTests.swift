import Operations
import Testing

@testable import PostgresReplication

/// What looks at both sides prove, and what they do not.
@Suite struct CandidateLedgerTests {
  private let key = RowKey(first: 1, second: 2)

  private func row(_ text: Int128, _ version: Int128, count: Int = 1) -> RowState {
    RowState(count: count, first: text, second: text, version: version)
  }

  /// Each look is what the source and the target show; all but the first are settled.
  private func decide(
    _ looks: [(RowState?, RowState?)], isKeyless: Bool = false, isTwoWay: Bool = false
  ) -> CandidateLedger {
    var ledger = CandidateLedger([key], isKeyless: isKeyless, isTwoWay: isTwoWay)
    for (index, look) in looks.enumerated() {
      var states: (source: CandidateLedger.States, target: CandidateLedger.States) = ([:], [:])
      states.source[key] = look.0
      states.target[key] = look.1
      ledger.look(source: states.source, target: states.target, settled: index > 0)
    }
    return ledger
  }

  @Test func equalRowsWereOnTheirWay() {
    #expect(decide([(row(1, 1), row(1, 9))]).inFlight == 1)
    #expect(decide([(nil, nil)]).inFlight == 1)
    #expect(decide([(row(1, 1), nil), (row(1, 1), row(1, 9))]).inFlight == 1)
  }

  @Test func aSingleLookProvesNothing() {
    #expect(decide([(row(1, 1), row(2, 9))]).open == [key])
    #expect(decide([(nil, row(2, 9))]).findings.isEmpty)
  }

  @Test func whatStaysDifferentIsReal() {
    #expect(
      decide([(row(1, 1), row(2, 9)), (row(1, 1), row(2, 9))]).findings == [.init(key: key, kind: .unlike, rows: 1)])
    #expect(decide([(row(1, 1), nil), (row(1, 1), nil)]).findings.map(\.kind) == [.missing])
    #expect(decide([(nil, row(2, 9)), (nil, row(2, 9))]).findings.map(\.kind) == [.surplus])
    // The target was written between, but the source was not.
    #expect(decide([(row(1, 1), row(2, 9)), (row(1, 1), row(3, 10))]).findings.map(\.kind) == [.unlike])
  }

  /// The source's row comes back to the text it had, or comes and goes, while the target shows what was between.
  @Test func aRowThatReturnsToItsTextIsNotTakenForUnchanged() {
    #expect(decide([(row(1, 1), row(2, 9)), (row(1, 2), row(2, 10))]).findings.isEmpty)
    #expect(decide([(nil, row(2, 9)), (nil, row(2, 10))]).findings.isEmpty)
  }

  @Test func aRowWrittenAllTheTimeIsUndecided() {
    var ledger = decide([(row(1, 1), row(0, 9)), (row(2, 2), row(1, 10)), (row(3, 3), row(2, 11))])
    ledger.closeBusy()
    #expect(ledger.undecided == 1)
    #expect(ledger.inFlight == 0)
    #expect(ledger.findings.isEmpty)
  }

  /// The source's row was held while all that it had written was applied.
  @Test func aRowThatIsHeldIsDecidedOn() {
    let busy = [(row(1, 1), row(0, 9)), (row(2, 2), row(1, 10))] as [(RowState?, RowState?)]
    func held(
      _ before: RowState?, _ source: RowState?, _ target: RowState?, isTwoWay: Bool = false
    ) -> CandidateLedger {
      var ledger = decide(busy, isTwoWay: isTwoWay)
      ledger.decide(key, before: before, source: source, target: target)
      return ledger
    }
    #expect(held(row(2, 11), row(3, 3), row(3, 12)).inFlight == 1)
    #expect(held(row(2, 11), row(3, 3), row(4, 12)).findings.map(\.kind) == [.unlike])
    #expect(held(row(2, 11), row(3, 3), nil).findings.map(\.kind) == [.missing])
    #expect(held(row(2, 11), nil, row(2, 11)).findings.map(\.kind) == [.surplus])
    // Where there is none to hold, one may have come.
    #expect(held(row(2, 11), nil, row(3, 12)).open == [key])
    // The target's application may have written it.
    #expect(held(row(2, 11), row(3, 3), row(4, 12), isTwoWay: true).open == [key])
    #expect(held(row(4, 12), row(3, 3), row(4, 12), isTwoWay: true).findings.map(\.kind) == [.unlike])
  }

  @Test func aTargetThatNeverMovesMissesTheSourcesChanges() {
    var ledger = decide([(row(1, 1), row(0, 9)), (row(2, 2), row(0, 9)), (row(3, 3), row(0, 9))])
    #expect(ledger.open == [key])
    ledger.closeBusy()
    #expect(ledger.findings.map(\.kind) == [.unlike])
  }

  /// The target's application may have written its row, and the source not have it yet.
  @Test func withTwoWritersBothSidesMustStandStill() {
    #expect(decide([(row(1, 1), row(2, 9)), (row(1, 1), row(3, 10))], isTwoWay: true).findings.isEmpty)
    #expect(decide([(row(1, 1), row(3, 10)), (row(1, 1), row(3, 10))], isTwoWay: true).findings.count == 1)
    var busy = decide([(row(1, 1), row(0, 9)), (row(2, 2), row(0, 9))], isTwoWay: true)
    busy.closeBusy()
    #expect(busy.findings.isEmpty)
  }

  @Test func rowsWithoutAKeyAreCounted() {
    let looks = [(row(3, 1, count: 3), row(1, 9)), (row(3, 1, count: 3), row(1, 9))]
    #expect(decide(looks, isKeyless: true).findings == [.init(key: key, kind: .missing, rows: 2)])
    let moving = [(row(1, 1), row(2, 9, count: 2)), (row(1, 1), row(2, 10, count: 2))]
    #expect(decide(moving, isKeyless: true).findings.isEmpty)
  }

  @Test func positionsAtAPageHeaderAreThoseOfTheRecordBefore() {
    let end = { AppliedWait.end(.init($0), segment: 1 << 24, page: 8192).rawValue }
    #expect(end(8192 * 5 + 24) == 8192 * 5)
    #expect(end(1 << 24 | 40) == 1 << 24)
    #expect(end(8192 * 5 + 40) == 8192 * 5 + 40)
    #expect(end(12_345_672) == 12_345_672)
  }

  @Test func bucketsAreDividedWhereTheyHoldTooMuch() {
    var limits = VerifyLimits()
    limits.fetchedRows = 1000
    limits.buckets = 16
    let first = BucketLevel.first(rows: 1_000_000, limits: limits)
    #expect(first.modulus == 16)
    let finer = first.next([(3, 125_000), (9, 125_000)], limits: limits).finer
    #expect(finer?.modulus == 16 * 64)
    #expect(finer?.parent?.members == [3, 9])
    limits.fetchedRows = 50
    let batches = finer?.next([(3, 10), (19, 35), (99, 30), (100, 60)], limits: limits).batches ?? []
    #expect(batches.map(\.members) == [[3, 19], [99], [100]])
    #expect(first.next([], limits: limits).batches.isEmpty)
    #expect(BucketLevel.first(rows: 0, limits: limits).modulus == 1)
  }
}
