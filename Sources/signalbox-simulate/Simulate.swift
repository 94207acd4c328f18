import FailoverSimulation
import Glibc

/// Runs the real failover engine in many simulated worlds, each from its seed.
@main enum Simulate {
  static func main() {
    guard let options = Options(CommandLine.arguments.dropFirst()) else {
      print(Options.usage)
      exit(64)
    }
    switch options.mode {
    case .one(let seed): exit(show(seed, options.mutation))
    case .mutations: exit(Mutations(limit: options.count, threads: options.threads).run() ? 0 : 1)
    case .crashes: exit(Crashes.run() ? 0 : 1)
    case .many: exit(Batch(options).run() ? 0 : 1)
    }
  }

  /// One run, with its story.
  private static func show(_ seed: UInt64, _ mutation: Mutation?) -> Int32 {
    let outcome = FailoverSimulation.run(
      seed: seed, mutation: mutation, judging: mutation.map { [$0.invariant] })
    print(outcome.story)
    print("seed \(seed): \(outcome.events) events, hash \(String(outcome.hash, radix: 16))")
    guard let violation = outcome.violation else {
      print("every invariant held")
      return 0
    }
    print("VIOLATED \(violation)")
    return 1
  }
}
