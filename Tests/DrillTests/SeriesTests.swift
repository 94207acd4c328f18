import Lab
import Operations
import Testing

@testable import Drill

@Suite struct GapTests {
  @Test func theLastInstantBeforeTheFaultBeginsTheFirstGap() throws {
    let found = try #require(Gap.longest(of: [1, 2, 2.5, 6, 6.2, 9], from: 3, to: 10))
    #expect(found.closed == Gap(fromSeconds: 2.5, toSeconds: 6))
    #expect(found.open == Gap(fromSeconds: 9, toSeconds: 10))
  }

  @Test func withoutAnInstantBeforeThereIsNone() { #expect(Gap.longest(of: [4, 5], from: 3, to: 10) == nil) }

  @Test func withoutAnInstantAfterAllIsOpen() throws {
    let found = try #require(Gap.longest(of: [1, 2], from: 3, to: 10))
    #expect(found.closed.seconds == 0)
    #expect(found.open.seconds == 8)
  }

  @Test func instantsAfterTheSpanDoNotCount() throws {
    let found = try #require(Gap.longest(of: [1, 2, 30], from: 1, to: 5))
    #expect(found.closed.seconds == 1)
    #expect(found.open.seconds == 3)
  }
}

@Suite struct NameChangeTests {
  private func answers(_ aws: [Int], of total: Int = 20) -> [AnswerRecord] {
    aws.enumerated().map {
      AnswerRecord(
        atSeconds: Double($0.offset), countByCloud: [Fixture.aws: $0.element, Fixture.azure: total - $0.element])
    }
  }

  private func find(_ answers: [AnswerRecord], from start: Double = 3, to end: Double = 100) -> NameChange {
    NameChange.find(answers, of: Fixture.aws, from: start, to: end)
  }

  @Test func itIsTheFirstRoundWithoutTheCloudAndWithoutItEverAfter() {
    #expect(find(answers([10, 9, 11, 10, 8, 0, 0, 0])) == .changed(atSeconds: 5))
    // A round that left it out by chance does not count.
    #expect(find(answers([10, 9, 11, 0, 8, 0, 0, 0])) == .changed(atSeconds: 5))
  }

  @Test func aCloudThatIsStillAnsweredHasNotBeenLeftOut() {
    #expect(find(answers([10, 9, 11, 0, 0, 0, 1])) == .unchanged)
  }

  @Test func theAbsenceOfWhatWasRareMeansNothing() {
    guard case .unknown = find(answers([1, 0, 0, 0, 0, 0])) else { return #expect(Bool(false)) }
    #expect(find(answers([1, 0, 1] + [Int](repeating: 0, count: 40))) == .changed(atSeconds: 3))
  }

  @Test func aServerThatSaysNothingSaysNothing() {
    let silent = (0..<9).map { AnswerRecord(atSeconds: Double($0), countByCloud: [:], failure: "timed out") }
    guard case .unknown = find(silent) else { return #expect(Bool(false)) }
    guard case .unknown = find(answers([10, 10, 10]) + silent) else { return #expect(Bool(false)) }
  }

  @Test func whatComesAfterHealingDoesNotCount() {
    #expect(find(answers([10, 9, 11, 10, 0, 0, 0, 9, 9]), to: 6) == .changed(atSeconds: 4))
  }
}

@Suite struct RowCheckTests {
  private func write(_ row: Int, _ kind: VisitRecord.Kind = .write, acknowledges: Bool = true) -> VisitRecord {
    VisitRecord(
      user: 1, kind: kind, cloud: "aws", sentSeconds: 1, endedSeconds: 2, failure: acknowledges ? nil : "no", row: row,
      acknowledges: acknowledges)
  }

  private func check(_ records: [VisitRecord], _ present: [Int: Int]) -> RowCheck {
    RowCheck(cloud: Fixture.azure, atSeconds: 3, isInTheEnd: false, records: records, present: present)
  }

  @Test func onlyWhatWasAcknowledgedCanBeLost() {
    let found = check(
      [write(1), write(2), write(3, acknowledges: false), write(4, acknowledges: false)], [1: 1, 4: 1])
    #expect(found.acknowledged == 2)
    #expect(found.lost == 1)
    #expect(found.lostNumbers == [2])
    #expect(found.doubtful == 2)
    #expect(found.doubtfulFound == 1)
  }

  @Test func aRowThatALookHasFoundIsAcknowledged() {
    let found = check([write(1, acknowledges: false), write(1, .look)], [:])
    #expect(found.acknowledged == 1)
    #expect(found.lost == 1)
    #expect(found.doubtful == 0)
  }

  @Test func rowsThatWereMadeTwiceAreCounted() {
    let found = check([write(1), write(2)], [1: 2, 2: 1])
    #expect(found.doubled == 1)
    #expect(found.lost == 0)
  }

  @Test func ofManyLostRowsTheFirstFewAreNamed() {
    let found = check((1...50).reversed().map { write($0) }, [:])
    #expect(found.lost == 50)
    #expect(found.lostNumbers == Array(1...20))
  }
}

@Suite struct SidesCheckTests {
  private func sides(_ left: [TableDigest], _ right: [TableDigest]) -> SidesCheck {
    SidesCheck(comparing: [(Fixture.aws, left), (Fixture.azure, right)])
  }

  @Test func hashAndNumberMustAgree() {
    let table = TableDigest(name: "public.tasks", rows: 3, hash: "5")
    #expect(sides([table], [table]).differing == 0)
    #expect(sides([table], [TableDigest(name: "public.tasks", rows: 3, hash: "6")]).differing == 1)
    #expect(sides([table], [TableDigest(name: "public.tasks", rows: 4, hash: "5")]).differing == 1)
  }

  @Test func aTableThatIsMissingDiffers() {
    let found = sides([TableDigest(name: "a", rows: 0, hash: "0")], [TableDigest(name: "b", rows: 0, hash: "0")])
    #expect(found.differing == 2)
    #expect(found.tables.map(\.rows) == [[0, nil], [nil, 0]])
  }
}
