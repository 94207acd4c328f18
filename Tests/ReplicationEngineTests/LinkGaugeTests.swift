import Operations
import Testing

@testable import ReplicationEngine

@Suite struct LinkGaugeTests {
  static let start = Timestamp(secondsSinceEpoch: 1_700_000_000)

  private func progress(
    source: UInt64, received: UInt64? = nil, applied: UInt64, commit: Timestamp? = nil, clock: Timestamp? = nil,
    transactions: Int = 0, rows: [String: Int] = [:]
  ) -> LinkProgress {
    LinkProgress(
      sourcePosition: LSN(source), received: LSN(received ?? source), applied: LSN(applied), receivedCommit: commit,
      appliedCommit: commit, sourceClock: clock, transactions: transactions, rows: rows)
  }

  private func filled(_ gauge: LinkGauge, at now: Timestamp) -> ReplicationLinkSnapshot {
    var snapshot = ReplicationLinkSnapshot(
      id: LinkID("aws-azure"), mode: .stream, source: CloudID("aws"), target: CloudID("azure"), state: .streaming,
      since: now)
    gauge.fill(&snapshot, at: now)
    return snapshot
  }

  @Test func inStepTheLagIsNought() {
    var lag = LagGauge()
    #expect(lag.lag(at: Self.start) == nil)
    lag.took(progress(source: 100, applied: 100, commit: Self.start - .seconds(3600)), at: Self.start)
    #expect(lag.lag(at: Self.start + .seconds(30))?.appliedSeconds == 0)
    #expect(lag.isInStep(at: Self.start))
  }

  @Test func afterAnIdleHourANewChangeIsNotAnHourLate() {
    var lag = LagGauge()
    let old = Self.start - .seconds(3600)
    lag.took(progress(source: 100, applied: 100, commit: old, clock: Self.start), at: Self.start)
    let now = Self.start + .seconds(2)
    lag.took(progress(source: 200, applied: 100, commit: old, clock: now), at: now)
    let measured = lag.lag(at: now + .seconds(1))
    #expect(measured?.appliedBytes == 100)
    #expect(measured?.appliedSeconds == 3)
    #expect(measured?.receivedSeconds == 0)
  }

  @Test func aBacklogIsAsOldAsTheNewestChangeApplied() {
    var lag = LagGauge()
    let commit = Self.start - .seconds(900)
    lag.took(
      progress(source: 1000, received: 500, applied: 400, commit: commit, clock: Self.start), at: Self.start)
    let measured = lag.lag(at: Self.start)
    #expect(measured?.receivedBytes == 500)
    #expect(measured?.appliedBytes == 600)
    #expect(measured?.appliedSeconds == 900)
  }

  /// Who only looks never meets a busy source at the position that the target has come to.
  @Test func looksAtABusySourceTellSinceWhichOfThemTheTargetIsBehind() {
    var lag = LagGauge()
    for look in 0..<100 {
      lag.took(
        source: LSN(1000 + UInt64(look) * 100), applied: LSN(950 + UInt64(look) * 100),
        at: Self.start + .seconds(look * 5))
    }
    let last = Self.start + .seconds(99 * 5)
    #expect(lag.lag(at: last)?.appliedSeconds == 5)
    #expect(lag.lag(at: last + .seconds(2))?.appliedSeconds == 7)
  }

  /// The source's clock is five seconds ahead of ours: ages are on its clock alone.
  /// The link goes on to report, and knows no more than it did.
  /// While somebody else streams, the books are behind him.
  @Test(arguments: [(isActive: false, seconds: 90.0), (isActive: true, seconds: 0)])
  func whoBeginsToLookTellsByTheBooksHowFarBehindALinkIsThatNobodyReads(isActive: Bool, seconds: Double) {
    var gauge = LinkGauge()
    let look = LinkInspection(
      slot: .init(name: "slot", active: isActive, retainedBytes: 900, safeBytes: nil), appliedPosition: LSN(100),
      appliedCommit: Self.start - .seconds(90), sourcePosition: LSN(1000))
    gauge.took(look, streams: false, at: Self.start)
    let lag = filled(gauge, at: Self.start).lag?.value
    #expect(lag?.appliedBytes == 900)
    #expect(lag?.appliedSeconds == seconds)
    #expect(lag?.receivedSeconds == seconds)
  }

  @Test func aSilentSourceTellsNothingNew() {
    var lag = LagGauge()
    lag.took(progress(source: 100, applied: 90, commit: Self.start, clock: Self.start), at: Self.start)
    let later = Self.start + .seconds(20)
    lag.took(progress(source: 100, applied: 90, commit: Self.start, clock: Self.start), at: later)
    #expect(lag.measuredAt == Self.start)
    #expect(lag.lag(at: later)?.appliedSeconds == 20)
    // Work on what it had sent before is news.
    lag.took(progress(source: 100, applied: 95, commit: Self.start, clock: Self.start), at: later)
    #expect(lag.measuredAt == later)
    #expect(lag.lag(at: later)?.appliedSeconds == 20)
  }

  /// Its slot is held and its sessions answer, but it has stopped to send.
  @Test func aSilentStreamIsNotInStepWithWhatTheSourceHasWrittenSince() {
    var lag = LagGauge()
    lag.took(progress(source: 100, applied: 100, clock: Self.start), at: Self.start)
    lag.took(source: LSN(100), isAlive: true, at: Self.start + .seconds(5))
    // All that stood there five seconds ago has come: it is silent because there is nothing to tell.
    lag.took(source: LSN(900_000), isAlive: true, at: Self.start + .seconds(10))
    #expect(lag.measuredAt == Self.start + .seconds(10))
    #expect(lag.lag(at: Self.start + .seconds(11))?.appliedSeconds == 0)
    let later = Self.start + .seconds(15)
    lag.took(source: LSN(1_000_000), isAlive: true, at: later)
    #expect(lag.measuredAt == Self.start + .seconds(10))
    #expect(lag.lag(at: later)?.appliedBytes == 899_900)
    #expect(lag.lag(at: later)?.appliedSeconds == 10)
  }

  /// A stream tells how far the source has decoded its log.
  @Test func theLogThatIsYetToBeDecodedCounts() {
    var lag = LagGauge()
    lag.took(source: LSN(5_000_000), applied: LSN(1000), at: Self.start)
    for second in 1...4 {
      let now = Self.start + .seconds(second)
      lag.took(progress(source: 2000, applied: 2000, clock: now), at: now)
      #expect(lag.lag(at: now)?.appliedBytes == 4_998_000)
      #expect(lag.lag(at: now)?.appliedSeconds == Double(second))
    }
    let end = Self.start + .seconds(5)
    lag.took(progress(source: 5_000_000, applied: 5_000_000, clock: end), at: end)
    #expect(lag.isInStep(at: end))
    lag.took(source: LSN(6_000_000), isAlive: true, at: end)
    // It has not had the time to tell of it.
    #expect(lag.lag(at: end + .seconds(1))?.appliedSeconds == 0)
    #expect(lag.lag(at: end + .seconds(3))?.appliedBytes == 1_000_000)
    lag.took(progress(source: 5_000_000, applied: 5_000_000, clock: end + .seconds(4)), at: end + .seconds(4))
    #expect(lag.lag(at: end + .seconds(4))?.appliedSeconds == 4)
  }

  /// Nothing can be told of a record that ends in a page that is not written.
  @Test func theBeginningOfARecordIsNoLag() {
    var lag = LagGauge()
    lag.took(progress(source: 100, applied: 100, clock: Self.start), at: Self.start)
    lag.took(source: LSN(8192), isAlive: true, at: Self.start)
    let later = Self.start + .seconds(6)
    lag.took(progress(source: 100, applied: 100, clock: later), at: later)
    #expect(lag.lag(at: later)?.appliedSeconds == 0)
    #expect(lag.isInStep(at: later))
  }

  /// While a pass compares a large table nothing is heard of the source but by looks, and the age of its snapshot grows.
  @Test func aPassThatWorksIsHeardOf() {
    var gauge = LinkGauge()
    gauge.took(.applied(progress(source: 100, applied: 100, commit: Self.start, clock: Self.start)), at: Self.start)
    let look = LinkInspection(needsSlot: false, appliedPosition: LSN(100), sourcePosition: LSN(5000))
    for second in 1...8 {
      let now = Self.start + .seconds(second * 5)
      gauge.took(look, streams: true, at: now)
      gauge.took(.working, at: now)
    }
    let lag = filled(gauge, at: Self.start + .seconds(44)).lag?.fresh(at: Self.start + .seconds(44))
    #expect(lag?.appliedBytes == 4900)
    #expect(lag?.appliedSeconds == 44)
  }

  /// A transaction that is being applied when the link tells is not as old as the time until it tells again.
  @Test func whatIsOnItsWayIsNotLate() {
    var lag = LagGauge()
    let commit = Self.start - .milliseconds(20)
    lag.took(progress(source: 200, applied: 100, commit: commit, clock: Self.start), at: Self.start)
    #expect(lag.lag(at: Self.start + .milliseconds(190))?.appliedSeconds == 0.02)
    // It has not told again.
    #expect(lag.lag(at: Self.start + .milliseconds(480))?.appliedSeconds == 0.5)
  }

  @Test func clockSkewDoesNotCount() {
    var lag = LagGauge()
    let clock = Self.start + .seconds(5)
    lag.took(progress(source: 200, applied: 100, commit: clock - .seconds(1), clock: clock), at: Self.start)
    #expect(lag.lag(at: Self.start)?.appliedSeconds == 1)
  }

  @Test func ratesAreOverAFewSecondsAndFadeAway() {
    var gauge = LinkGauge()
    for second in 0..<8 {
      gauge.took(
        .applied(progress(source: 100, applied: 100, transactions: 10, rows: ["public.a": 40, "public.b": 10])),
        at: Self.start + .seconds(second))
    }
    let snapshot = filled(gauge, at: Self.start + .seconds(7))
    #expect(snapshot.rowsPerSecond == 50)
    #expect(snapshot.transactionsPerSecond == 10)
    #expect(snapshot.tables.map(\.rowsPerSecond) == [40, 10])
    #expect(snapshot.tables.map(\.rowsApplied) == [320, 80])
    #expect(filled(gauge, at: Self.start + .seconds(60)).rowsPerSecond == 0)
  }

  @Test func aTableIsAsFarAsItsLinkUntilItIsSetAside() {
    var gauge = LinkGauge()
    let names = ["public.a", "public.b", "public.c"]
    let states: [ReplicatedTable.State] = [.streaming, .streaming, .parked]
    let look = LinkInspection(
      tables: zip(names, states).map { ReplicatedTable(name: $0, state: $1) }, appliedPosition: LSN(100),
      sourcePosition: LSN(100))
    gauge.took(look, streams: false, at: Self.start)
    for second in 1...2 {
      let now = Self.start + .seconds(second)
      gauge.took(.applied(progress(source: 100, applied: 100, rows: ["public.b": 4])), at: now)
      gauge.sample(.streaming, at: now)
    }
    gauge.took(.parked(table: "public.b", reason: "no column"), at: Self.start + .seconds(3))
    gauge.took(.applied(progress(source: 900, applied: 700)), at: Self.start + .seconds(5))
    let tables = filled(gauge, at: Self.start + .seconds(5)).tables
    #expect(tables[0].lag?.bytes == 200)
    #expect(tables[1].lag == ReplicatedTable.Lag(seconds: 2, bytes: 800))
    // It was parked before anybody looked.
    #expect(tables[2].lag == nil)
    #expect(tables.map(\.rowsHistory) == [[], [4, 8], []])
    gauge.took(.parked(table: "public.b", reason: nil), at: Self.start + .seconds(6))
    #expect(filled(gauge, at: Self.start + .seconds(6)).tables[1].lag?.bytes == 200)
  }

  @Test func aCopyTellsWhenItWillBeDone() {
    var gauge = LinkGauge()
    let inspection = LinkInspection(
      tables: [
        ReplicatedTable(name: "public.a", state: .waiting, bytes: 1000),
        ReplicatedTable(name: "public.b", state: .waiting, bytes: 3000),
      ], needsBaseline: true, appliedPosition: LSN(1), sourcePosition: LSN(1))
    gauge.took(inspection, streams: false, at: Self.start)
    for second in 0...5 {
      gauge.took(
        .copying(
          table: "public.a", bytesDone: UInt64(second * 200), bytesTotal: 1000, tablesDone: 0, tablesTotal: 2),
        at: Self.start + .seconds(second))
    }
    let during = filled(gauge, at: Self.start + .seconds(5))
    #expect(during.baseline?.bytesDone == 1000)
    #expect(during.baseline?.bytesTotal == 4000)
    #expect(during.baseline?.remainingSeconds == 15)
    #expect(during.tables.first?.baselineProgress == 1)
    #expect(during.tables.map(\.baselineRemainingSeconds) == [0, nil])
    gauge.took(.copied(table: "public.a"), at: Self.start + .seconds(6))
    gauge.baselineEnded()
    let after = filled(gauge, at: Self.start + .seconds(6))
    #expect(after.baseline == nil)
    #expect(after.baselineBytesPerSecond == 200)
    #expect(after.tables.map(\.state) == [.streaming, .waiting])
  }

  @Test func aLookKeepsWhatTheStreamHasCountedAndComparisonsThatStillMean() {
    var gauge = LinkGauge()
    let table = ReplicatedTable(name: "public.a", state: .streaming, rowsApplied: 5)
    let look = LinkInspection(
      tables: [table], slot: LinkMachineTests.slot, appliedPosition: LSN(1), sourcePosition: LSN(1),
      clockSkew: .milliseconds(120))
    gauge.took(look, streams: false, at: Self.start)
    gauge.took(.applied(progress(source: 9, applied: 9, rows: ["public.a": 4])), at: Self.start)
    gauge.took(.conflicts(count: 2, table: "public.a"), at: Self.start)
    let summary = VerifySummary(at: Self.start, rowsCompared: 7)
    gauge.took(["public.a": VerifyOutcome(summary: summary, differences: [])])
    gauge.took(look, streams: true, at: Self.start)
    let snapshot = filled(gauge, at: Self.start)
    #expect(snapshot.tables.first?.rowsApplied == 9)
    #expect(snapshot.conflicts == 2)
    #expect(snapshot.lastVerify == summary)
    #expect(snapshot.clockSkewSeconds == 0.12)
    #expect(snapshot.lag?.value.appliedBytes == 0)
    gauge.forgetVerify(of: ["public.a"])
    #expect(filled(gauge, at: Self.start).lastVerify == nil)
  }

  @Test func oneSampleASecondIsKeptForTwoMinutes() {
    var gauge = LinkGauge()
    gauge.took(.applied(progress(source: 9, applied: 9)), at: Self.start)
    for second in 0..<200 { gauge.sample(.streaming, at: Self.start + .seconds(second)) }
    gauge.sample(.paused, at: Self.start + .seconds(200))
    let snapshot = filled(gauge, at: Self.start + .seconds(200))
    #expect(snapshot.lagHistory.count == 120)
    #expect(snapshot.rowsHistory.last == .some(nil))
    #expect(snapshot.rowsHistory.first == .some(0))
  }

  @Test func whatWasMeasuredLongAgoIsNeitherShownNorDrawn() {
    var gauge = LinkGauge()
    let look = LinkInspection(appliedPosition: LSN(90), sourcePosition: LSN(100), clockSkew: .milliseconds(120))
    gauge.took(look, streams: false, at: Self.start)
    gauge.sample(.retrying, at: Self.start)
    let later = Self.start + .seconds(16)
    gauge.sample(.retrying, at: later)
    #expect(filled(gauge, at: Self.start + .seconds(15)).clockSkewSeconds == 0.12)
    let snapshot = filled(gauge, at: later)
    #expect(snapshot.clockSkewSeconds == nil)
    #expect(snapshot.lagHistory.count == 2 && snapshot.lagHistory[0] != nil && snapshot.lagHistory[1] == nil)
  }
}
