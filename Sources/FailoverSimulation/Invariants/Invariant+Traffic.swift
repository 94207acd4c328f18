import Operations

/// What the names answer, and when a cloud counts as drained.
extension Invariant {
  static let recordSetAnswers = Invariant(
    5, "record-set-answers",
    onState: { world in
      let standing = world.names.standing.weights
      guard !standing.entries.isEmpty else { return "the record set is empty" }
      return standing.sum > 0 && world.names.answered.sum > 0 ? nil : "all weights are 0"
    })

  static let drainedIsDrained = Invariant(
    17, "drained-is-drained",
    onFact: { fact, world in
      guard case .drained(let cloud) = fact else { return nil }
      let ttl = world.scenario.ttl
      guard let since = world.annals.zeroSince[cloud], world.names.standing.weights[cloud] == 0 else { return nil }
      // A clock may run a little fast.
      let passed = world.now - since
      guard passed >= ttl * 0.98 else { return "\(cloud) is drained after \(passed), and the TTL is \(ttl)" }
      let share = world.users.shares?.first { $0.cloud == cloud }?.share ?? 0
      return share > 0.011 ? "\(cloud) is drained and gets \(Int(share * 100)) % of the requests" : nil
    })
}
