import Lab
import Operations
import Testing

@testable import Drill

@Suite struct FiguresTests {
  private func value(_ name: FigureName, _ change: (inout DrillRecording) -> Void = { _ in }) -> FigureValue {
    var recording = Fixture.cloudLoss()
    change(&recording)
    return RunFigures(recording).value(name)
  }

  private func seconds(_ name: FigureName) throws -> Double { try #require(value(name).number) }

  @Test func theHostIsTimedByTheArrivalOfItsSnapshots() throws {
    #expect(abs(try seconds(.detection) - 3.1) < 1e-9)
    #expect(abs(try seconds(.decision) - 3.4) < 1e-9)
    // From its start at the host, at 23.3, to its being seen done, at 26.
    #expect(abs(try seconds(.operationEnd) - 2.7) < 1e-9)
    #expect(value(.automaticActions) == .measured(1))
  }

  @Test func theNameServerIsTimedByItsAnswers() throws {
    #expect(abs(try seconds(.nameChange) - 4.2) < 0.11)
    #expect(abs(try seconds(.nameChangeAfterDetection) - 1.1) < 0.11)
  }

  @Test func usersAreServedWhenTheirAddressesAreUsedUp() throws {
    // The last asked at 24.19 and kept its answer for five seconds.
    let served = try seconds(.usersServed)
    #expect(served > 8 && served < 10)
  }

  @Test func failuresAreCountedFromTheFaultOn() throws {
    let recording = Fixture.cloudLoss()
    let failed = recording.visits.count { $0.failure != nil }
    #expect(value(.failedRequests) == .measured(Double(failed)))
    let reads = recording.visits.count { $0.failure != nil && $0.kind == .read }
    #expect(reads < failed)
    #expect(value(.failedReads) == .measured(Double(reads)))
    #expect(RunFigures(recording).failuresByReason == ["connect: connection refused": failed])
    // What failed before is none of its.
    #expect(
      value(.failedReads) {
        $0.visits.append(
          VisitRecord(user: 1, kind: .read, cloud: "aws", sentSeconds: 1, endedSeconds: 2, failure: "no"))
      } == .measured(Double(reads)))
  }

  @Test func writesAreUnavailableBetweenTwoAcknowledgements() {
    let found = value(.writeGap) { recording in
      recording.visits.removeAll { $0.acknowledges && (20.5...27).contains($0.endedSeconds) }
    }
    guard case .measured(let gap) = found else { return #expect(Bool(false)) }
    // The last was acknowledged at 19.93, the next at 27.05.
    #expect(abs(gap - 7.12) < 1e-6)
    let never = value(.writeGap) { $0.visits.removeAll { $0.acknowledges && $0.endedSeconds > 20.5 } }
    #expect(never == .never(withinSeconds: 35))
    guard case .notMeasured = value(.writeGap, { $0.visits.removeAll { $0.acknowledges } }) else {
      return #expect(Bool(false))
    }
  }

  @Test func theGapBeforeTellsWhatIsChance() {
    // Between the last write of one second and the first of the next.
    guard case .measured(let gap) = value(.writeGapBefore) else { return #expect(Bool(false)) }
    #expect(gap > 0.1 && gap < 0.2)
    let slow = value(.writeGapBefore) { $0.visits.removeAll { (12..<15).contains($0.endedSeconds) } }
    guard case .measured(let longer) = slow else { return #expect(Bool(false)) }
    #expect(longer > 3)
    #expect(value(.writeGap) { $0.visits.removeAll { (12..<15).contains($0.endedSeconds) } } == value(.writeGap))
  }

  @Test func lostRowsAreThoseBeforeHealing() {
    #expect(value(.lostRows) == .measured(1))
    #expect(value(.lostRowsInTheEnd) == .measured(0))
    guard case .notMeasured = value(.lostRows, { $0.rowChecks = [] }) else { return #expect(Bool(false)) }
    // A look before says nothing of the end, nor one in the end of what was lost before.
    guard case .notMeasured = value(.lostRowsInTheEnd, { $0.rowChecks.removeLast() }),
      case .notMeasured = value(.lostRows, { $0.rowChecks.removeFirst() })
    else { return #expect(Bool(false)) }
  }

  @Test func latencyBeforeIsTheMeanOfWhatWasAnsweredBefore() throws {
    let figures = RunFigures(Fixture.cloudLoss())
    #expect(abs(try #require(figures.baselineLatency("aws").number) - 12) < 1e-6)
    #expect(abs(try #require(figures.baselineLatency("azure").number) - 20) < 1e-6)
  }

  @Test(arguments: [
    FigureName.usersServed, .readersServed, .failedRequests, .failedReads, .writeGap, .readGap, .baselineLatency,
  ]) func withoutUsersNothingOfThemIsMeasured(name: FigureName) {
    guard case .notMeasured = value(name, { $0.visits = [] }) else { return #expect(Bool(false)) }
  }

  @Test(arguments: [FigureName.detection, .decision, .operationEnd, .automaticActions])
  func withoutSnapshotsNothingOfTheHostIsMeasured(name: FigureName) {
    guard case .notMeasured = value(name, { $0.sights = [] }) else { return #expect(Bool(false)) }
  }

  @Test func whatDidNotComeIsNeverAndNotMissing() {
    let quiet = { (recording: inout DrillRecording) in recording.sights = [Fixture.sight(1), Fixture.sight(21)] }
    #expect(value(.detection, quiet) == .never(withinSeconds: 30))
    #expect(value(.decision, quiet) == .never(withinSeconds: 30))
    #expect(value(.automaticActions, quiet) == .measured(0))
    #expect(value(.nameChange) { $0.answers = $0.answers.filter { $0.atSeconds < 24 } } == .never(withinSeconds: 30))
    #expect(value(.usersServed) { $0.visits.removeAll { $0.sentSeconds > 22 } } == .never(withinSeconds: 30))
  }

  @Test func aPersonsActionIsNotTheHosts() {
    let byHand = Fixture.failover(endedAt: 25.9, actor: "drill by kit@ops1")
    let change = { (recording: inout DrillRecording) in
      recording.isActedByHand = true
      recording.sights = [Fixture.sight(1), Fixture.sight(26, aws: .down, operations: [byHand])]
    }
    #expect(value(.automaticActions, change) == .measured(0))
    guard case .notMeasured = value(.decision, change) else { return #expect(Bool(false)) }
  }

  @Test func anOperationOfBeforeIsNoDecision() {
    let old = Fixture.failover(endedAt: 25.9)
    let sights = [Fixture.sight(1, operations: [old]), Fixture.sight(25, aws: .down, operations: [old])]
    #expect(value(.decision) { $0.sights = sights } == .never(withinSeconds: 30))
    #expect(value(.automaticActions) { $0.sights = sights } == .measured(0))
  }
}

@Suite struct DetectionTests {
  private func detection(_ name: DrillName, _ sights: [HostSight]) -> FigureValue {
    var recording = Fixture.recording(name)
    recording.sights = sights
    return RunFigures(recording).value(.detection)
  }

  @Test func eachDrillHasItsSign() {
    let usual = Fixture.sight(1)
    #expect(
      detection(.cloudLoss, [usual, Fixture.sight(22, aws: .degraded), Fixture.sight(23, aws: .down)]) == .measured(3))
    #expect(detection(.flap, [usual, Fixture.sight(22, aws: .degraded)]) == .measured(2))
    #expect(detection(.flap, [usual, Fixture.sight(22, aws: .unknown)]) == .never(withinSeconds: 30))
    #expect(detection(.instanceLoss, [usual, Fixture.sight(21, targets: 2)]) == .measured(1))
    #expect(detection(.nameAPIDown, [usual, Fixture.sight(26, isFresh: false)]) == .measured(6))
    for name in [DrillName.partition, .switchover, .consoleCrash] {
      guard case .notMeasured = detection(name, [usual]) else { return #expect(Bool(false), "\(name)") }
    }
  }

  @Test func theEngineMayKnowBeforeTheProbesDo() {
    let suspected = Fixture.sight(21, state: .suspecting, subject: Fixture.aws)
    let confirmed = Fixture.sight(22, state: .confirmed, subject: Fixture.aws)
    #expect(detection(.databaseFreeze, [Fixture.sight(1), suspected, confirmed]) == .measured(2))
    let other = Fixture.sight(22, state: .confirmed, subject: Fixture.azure)
    #expect(detection(.databaseFreeze, [Fixture.sight(1), other]) == .never(withinSeconds: 30))
  }

  @Test func whatWasDownBeforeIsNotDetected() {
    guard case .notMeasured = detection(.cloudLoss, [Fixture.sight(1, aws: .down), Fixture.sight(22, aws: .down)])
    else {
      return #expect(Bool(false))
    }
  }
}

@Suite struct SummaryTests {
  private let aim = DrillAim(.usersServed, atMost: 10)

  private func summary(_ values: [FigureValue], _ judged: DrillAim.Judged = .worst) -> FigureSummary {
    FigureSummary(.usersServed, values, aim: DrillAim(.usersServed, atMost: 10, judged))
  }

  @Test func medianAndWorst() {
    let odd = summary([.measured(9), .measured(3), .measured(4)])
    #expect(odd.median == .measured(4))
    #expect(odd.worst == .measured(9))
    #expect(odd.isMet == true)
    #expect(summary([.measured(1), .measured(2), .measured(4), .measured(30)]).median == .measured(3))
  }

  @Test func theWorstOrTheMedianIsHeldAgainstTheAim() {
    let values = [FigureValue.measured(9), .measured(11), .measured(4)]
    #expect(summary(values).isMet == false)
    #expect(summary(values, .median).isMet == true)
  }

  @Test func neverIsWorseThanAnyNumber() {
    let values = [FigureValue.measured(1), .never(withinSeconds: 30), .measured(2)]
    #expect(summary(values).worst == .never(withinSeconds: 30))
    #expect(summary(values).isMet == false)
    #expect(summary(values, .median).isMet == true)
    let half = [FigureValue.measured(1), .never(withinSeconds: 30)]
    #expect(summary(half).median == .never(withinSeconds: 30))
  }

  @Test func whatWasNotMeasuredIsNeitherMetNorMissed() {
    let none = summary([.notMeasured("no users")])
    #expect(none.isMet == nil)
    #expect(none.worst == .notMeasured("no users"))
    #expect(none.runs == 0)
    let some = summary([.notMeasured("no users"), .measured(3)])
    #expect(some.isMet == true)
    #expect(some.runs == 1)
  }
}
