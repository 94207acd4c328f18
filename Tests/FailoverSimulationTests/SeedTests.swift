import FailoverSimulation
import Testing

/// Worlds as `make simulate` makes them by the thousand.
@Suite struct SeedTests {
  /// The first ones, and those that once showed what had to be mended.
  @Test(arguments: Array(UInt64(1)...12) + [265, 3286])
  func everyInvariantHolds(seed: UInt64) {
    let outcome = FailoverSimulation.run(seed: seed)
    #expect(outcome.violation == nil, "\(outcome.story)")
    #expect(outcome.elapsed > .seconds(60))
  }

  /// What happened is what happens, to the microsecond.
  @Test(arguments: UInt64(101)...102)
  func aSeedComesOutTheSameEachTime(seed: UInt64) {
    let (first, second) = (FailoverSimulation.run(seed: seed), FailoverSimulation.run(seed: seed))
    #expect(first.hash == second.hash)
    #expect(first.events == second.events)
    #expect(first.story == second.story)
  }

  @Test func seedsDiffer() {
    #expect(FailoverSimulation.run(seed: 1).hash != FailoverSimulation.run(seed: 2).hash)
  }

  /// What fails is told with its seed, line by line in time, up to what did not hold.
  @Test func aFailureIsAStory() throws {
    let outcome = FailoverSimulation.run(seed: 1, mutation: .promotesFirst, judging: [3])
    let violation = try #require(outcome.violation)
    #expect(violation.description == "3 order: azure is promoted before any fence")
    let lines = outcome.story.split(separator: "\n")
    #expect(lines.first?.hasPrefix("    0.000  seed 1: ") == true)
    #expect(lines.contains { $0.contains("begins “Fail over: aws → azure”") })
    #expect(lines.contains { $0.hasSuffix("VIOLATED 3 order: azure is promoted before any fence") })
    let times = lines.compactMap { Double($0.prefix(9).drop { $0 == " " }) }
    #expect(times.count > 10 && times == times.sorted())
    let again = FailoverSimulation.run(seed: 1, mutation: .promotesFirst, judging: [3])
    #expect(again.hash == outcome.hash && again.story == outcome.story)
  }

  @Test func everyInvariantOfFailoverIsJudged() {
    #expect(Set(FailoverSimulation.invariants.map(\.number)) == Set(1...18))
    let names = FailoverSimulation.invariants.map(\.name)
    #expect(Set(names).count == names.count)
  }
}
