import FailoverSimulation

/// Plants each mistake in turn, and counts the seeds until it is caught.
struct Mutations {
  /// So many seeds at most.
  let limit: UInt64

  /// - Returns: whether all were caught.
  func run() -> Bool {
    var all = true
    for mutation in Mutation.allCases {
      let caught = (1...limit).lazy.compactMap { seed in
        FailoverSimulation.run(seed: seed, mutation: mutation, judging: [mutation.invariant]).violation.map {
          (seed, $0)
        }
      }.first
      if let (seed, violation) = caught {
        print("\(mutation.rawValue): caught after \(seed) seeds by \(violation)")
      } else {
        print("\(mutation.rawValue): NOT caught in \(limit) seeds by invariant \(mutation.invariant)")
        all = false
      }
    }
    return all
  }
}
