import FailoverEngine
import Operations

/// The real performer, with the mistakes that are planted in it, and a word to whoever judges.
struct WatchedPerformer: StepPerformer {
  let life: Life
  let real: FailoverPerformer

  func perform(
    _ action: StepAction, progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    // As it was when the runner asked for the last time. A process that died or stood still since is another matter: the
    // first does nothing any more, and the second is refused by what it acts on.
    let holdsLease = life.holdsLease
    try await life.process.gate(sending: true)
    life.world.note(.performs(action, by: life.controller.index, holdsLease: holdsLease))
    let outcome = try await planted(action, progress)
    if case .role(.drainTraffic(let cloud, _)) = action { life.world.note(.drained(cloud)) }
    return outcome
  }

  private func planted(
    _ action: StepAction, _ progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    switch (life.world.mutation, action) {
    case (.skipsFence, .role(.fence)), (.skipsFence, .role(.fenceOrAwaitLeaseEnd)): return "fenced, it believes"
    case (.promotesWhileLeaseStands, .role(.awaitLeaseEnd)), (.promotesWhileLeaseStands, .role(.fenceOrAwaitLeaseEnd)):
      return "the lease will have ended, it believes"
    case (.takesWeightForFence, .role(.fence(let cloud, let generation))),
      (.takesWeightForFence, .role(.fenceOrAwaitLeaseEnd(let cloud, let generation))),
      (.takesWeightForFence, .role(.awaitLeaseEnd(let cloud, let generation))):
      let standing = life.world.names.standing.weights
      var wanted = standing
      wanted[cloud] = 0
      if wanted.sum == 0 { wanted[World.clouds[1 - World.index(of: cloud)]] = 100 }
      return try await real.perform(
        .writeWeights(from: standing, to: wanted, generation: generation), progress: progress)
    case (.skipsInterrupted, _) where action.mutates && life.controller.disk.intentions(of: action) > 1:
      return "done before the crash, it believes"
    case (.reportsUndone, .writeWeights): return "written, it believes"
    default: return try await real.perform(action, progress: progress)
    }
  }
}
