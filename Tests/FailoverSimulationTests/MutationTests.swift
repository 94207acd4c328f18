import FailoverSimulation
import Testing

/// Each planted mistake shows, at a seed that is known to show it.
@Suite struct MutationTests {
  private static let seeds: [Mutation: UInt64] = [
    .promotesWhileLeaseStands: 1, .takesWeightForFence: 3, .skipsFence: 3, .renewsFromArrival: 38, .promotesFirst: 1,
    .acceptsStaleWrites: 92, .writesInTwoRequests: 1, .takesUnknownForDown: 177, .trustsUnprovenFence: 296,
    .trustsOldHealth: 16, .freshensLoss: 17, .acknowledgesItself: 8, .failsBackByItself: 2, .exportsNothing: 5,
    .ignoresPause: 2, .listensToOneNetwork: 61, .turnsTwice: 68, .skipsInterrupted: 8, .dropsIntents: 1,
    .reportsUndone: 1, .writesInDryRun: 1, .doesOtherThanShown: 1, .ignoresLeaseLoss: 46, .forgetsTheWord: 158,
    .neverDecides: 1, .drainsAtOnce: 225,
  ]

  @Test(arguments: Mutation.allCases)
  func isCaught(mutation: Mutation) throws {
    let seed = try #require(Self.seeds[mutation], "no seed is known that shows it; see make simulate")
    let outcome = FailoverSimulation.run(seed: seed, mutation: mutation, judging: [mutation.invariant])
    let violation = try #require(outcome.violation, "seed \(seed) does not show it any more; see make simulate")
    #expect(violation.number == mutation.invariant)
    #expect(outcome.story.contains("VIOLATED"))
  }
}
