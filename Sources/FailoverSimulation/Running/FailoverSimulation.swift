/// Runs the real engine of failover in simulated worlds.
public enum FailoverSimulation {
  /// One run. It takes the calling thread until it ends, and what Swift's concurrency begins on it.
  ///
  /// - Parameters:
  ///   - mutation: a mistake that is planted.
  ///   - invariants: the numbers of those that are judged; all of them where it is nil.
  public static func run(
    seed: UInt64, mutation: Mutation? = nil, judging invariants: Set<Int>? = nil
  ) -> SimulationOutcome {
    let judged = Invariant.all.filter { invariants?.contains($0.number) ?? true }
    let world = World(Scenario(seed: seed), mutation: mutation)
    return Simulation(world, invariants: judged, ending: Finale(world)).run()
  }

  /// Numbers and names of all invariants.
  public static var invariants: [(number: Int, name: String)] { Invariant.all.map { ($0.number, $0.name) } }
}
