import Operations
import Testing

@testable import ProbingEngine

/// What vantages tell of a cloud's database, from what its application answers.
@Suite struct DatabaseWordTests {
  private static let well = DatabaseReport(isReachable: true, isWritable: true)
  private static let gone = DatabaseReport(isReachable: false, isWritable: nil, reason: "connection refused")

  /// One second: each vantage's probe succeeds, with a word or without one.
  private func second(_ bench: inout Bench, _ words: [DatabaseReport?], outcome: ProbeResult = Facts.success()) {
    bench.now = bench.now + .seconds(1)
    for (vantage, word) in words.enumerated() {
      var result = outcome
      result.database = word
      bench.take(.result(result, cloud: Facts.aws, vantage: vantage))
    }
  }

  private func words(_ bench: inout Bench) -> [Observation<DatabaseWord>?] {
    bench.state.view(of: Facts.aws, at: bench.now)?.vantages.map(\.database) ?? []
  }

  @Test func whoSaysNothingIsNotQuoted() {
    var bench = Bench()
    second(&bench, [nil, nil, Self.well])
    #expect(
      words(&bench).map { $0?.value } == [
        nil, nil, DatabaseWord(health: .healthy, isWritable: true, detail: "writable", since: bench.now),
      ])
    #expect(words(&bench)[2]?.source == "application, by fra")
  }

  @Test func threeWordsInARowMakeItDownAndTwoMakeItWell() {
    var bench = Bench()
    func told() -> Health? { words(&bench)[0]?.value.health }
    second(&bench, [Self.gone])
    #expect(told() == .unknown)
    second(&bench, [Self.gone])
    second(&bench, [Self.well])
    #expect(told() == .healthy)
    for _ in 0..<2 { second(&bench, [Self.gone]) }
    #expect(told() == .healthy)
    second(&bench, [Self.gone])
    let turned = bench.now
    let down = DatabaseWord(health: .down, isWritable: nil, detail: "connection refused", since: turned)
    #expect(words(&bench)[0]?.value == down)
    second(&bench, [Self.gone])
    #expect(words(&bench)[0]?.value == down)
    second(&bench, [Self.well])
    #expect(told() == .down)
    second(&bench, [Self.well])
    #expect(told() == .healthy)
  }

  /// The front door fails, and what it says of the database counts all the same.
  @Test func aRejectedProbeHasAWordToo() {
    var bench = Bench()
    for _ in 0..<3 { second(&bench, [Self.gone], outcome: Facts.rejected) }
    #expect(words(&bench)[0]?.value.health == .down)
  }

  @Test func aWordGrowsOldWhileTheFrontDoorIsSilent() throws {
    var bench = Bench()
    second(&bench, [Self.well])
    for _ in 0..<5 { second(&bench, [nil], outcome: Facts.refused) }
    let word = try #require(words(&bench)[0])
    #expect(word.value.health == .healthy && word.isStale(at: bench.now))
  }

  /// Whoever looks at each turn must not be kept busy by what stays the same.
  @Test func onlyWhatTurnsIsATurn() {
    var bench = Bench()
    for _ in 0..<5 { second(&bench, [Self.well, Self.well, Self.well]) }
    let begun = bench.state.turns
    #expect(begun > 0)
    for _ in 0..<20 { second(&bench, [Self.well, Self.well, Self.well]) }
    for _ in 0..<2 { second(&bench, [Self.gone, Self.well, Self.well]) }
    #expect(bench.state.turns == begun)
    second(&bench, [Self.gone, Self.well, Self.well])
    #expect(bench.state.turns == begun + 1)
    for _ in 0..<3 { second(&bench, [nil, nil, nil], outcome: Facts.refused) }
    #expect(bench.state.turns > begun + 3)
  }

  @Test func aReadOnlyDatabaseIsWell() {
    var bench = Bench()
    second(
      &bench,
      [DatabaseReport(isReachable: true, isWritable: false), DatabaseReport(isReachable: true, isWritable: nil)])
    #expect(words(&bench).prefix(2).map { $0?.value.detail } == ["read only", "reachable"])
    #expect(words(&bench).prefix(2).allSatisfy { $0?.value.health == .healthy })
  }

  @Test func aBadWordHurriesTheNextProbeAndIsNoVerdictOnTheCloud() {
    var bench = Bench()
    for _ in 0..<2 { second(&bench, [Self.well, Self.well, Self.well]) }
    second(&bench, [Self.gone, Self.gone, Self.gone])
    #expect(bench.state.clouds[Facts.aws]?.trackers.allSatisfy(\.isConfirming) == true)
    for _ in 0..<3 { second(&bench, [Self.gone, Self.gone, Self.gone]) }
    #expect(bench.state.clouds[Facts.aws]?.trackers.contains { $0.isConfirming } == false)
    #expect(bench.verdict?.health == .healthy)
  }
}
