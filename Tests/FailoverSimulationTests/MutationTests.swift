import FailoverSimulation
import Testing

/// Each planted mistake shows, at a seed that is known to show it.
@Suite struct MutationTests {
  private static let seeds: [Mutation: UInt64] = [:]

  @Test(arguments: Mutation.allCases)
  func isCaught(mutation: Mutation) throws {
    let seed = try #require(Self.seeds[mutation], "no seed is known that shows it; see make simulate")
    let outcome = FailoverSimulation.run(seed: seed, mutation: mutation, judging: [mutation.invariant])
    let violation = try #require(outcome.violation, "seed \(seed) does not show it any more; see make simulate")
    #expect(violation.number == mutation.invariant)
    let sound = FailoverSimulation.run(seed: seed, judging: [mutation.invariant])
    #expect(sound.violation == nil)
  }
}
