import FailoverSimulation
import Glibc
import Synchronization

/// Plants each mistake in turn, and counts the seeds until it is caught.
final class Mutations: Sendable {
  private let limit: UInt64
  private let threads: Int
  private let tally = Mutex((next: 0, caught: 0))

  /// - Parameter limit: so many seeds at most for each.
  init(limit: UInt64, threads: Int) {
    self.limit = limit
    self.threads = threads
  }

  /// - Returns: whether all were caught.
  func run() -> Bool {
    Threads.run(threads) { self.work() }
    let (total, caught) = (Mutation.allCases.count, tally.withLock { $0.caught })
    print("\(caught) of \(total) mistakes caught")
    return caught == total
  }

  private func work() {
    while let mutation = take() {
      let found = seek(mutation)
      tally.withLock { tally in
        if found != nil { tally.caught += 1 }
        print("\(mutation.rawValue): " + (found ?? "NOT caught in \(limit) seeds by invariant \(mutation.invariant)"))
        fflush(nil)
      }
    }
  }

  private func take() -> Mutation? {
    tally.withLock { tally in
      guard tally.next < Mutation.allCases.count else { return nil }
      defer { tally.next += 1 }
      return Mutation.allCases[tally.next]
    }
  }

  private func seek(_ mutation: Mutation) -> String? {
    for seed in 1...limit {
      let outcome = FailoverSimulation.run(seed: seed, mutation: mutation, judging: [mutation.invariant])
      if let violation = outcome.violation {
        return "caught after \(seed) \(seed == 1 ? "seed" : "seeds") by \(violation)"
      }
    }
    return nil
  }
}
