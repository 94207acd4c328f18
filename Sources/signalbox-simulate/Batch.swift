import FailoverSimulation
import Synchronization

/// Many seeds, side by side on a few threads.
final class Batch: Sendable {
  private struct Tally {
    var next: UInt64
    var runs = 0
    var events = 0
    var seconds = 0.0
    var violated: [(seed: UInt64, violation: String, story: String)] = []
  }

  private let options: Options
  private let tally: Mutex<Tally>

  /// So many that did not hold are told; the rest are counted.
  private static let told = 3

  init(_ options: Options) {
    self.options = options
    tally = Mutex(Tally(next: options.first))
  }

  /// - Returns: whether every invariant held in every run.
  func run() -> Bool {
    let began = ContinuousClock.now
    Threads.run(options.threads) { self.work() }
    let took = ContinuousClock.now - began
    let wall = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
    return tally.withLock { tally in
      for found in tally.violated.sorted(by: { $0.seed < $1.seed }).prefix(Self.told) {
        print("\(found.story)\nseed \(found.seed) VIOLATED \(found.violation)\nagain with: --seed \(found.seed)\n")
      }
      let hours = tally.seconds / 3600
      print(
        "\(tally.runs) seeds, \(tally.events) events, each judged by \(FailoverSimulation.invariants.count) invariants: "
          + "\(rounded(hours)) simulated hours in \(rounded(wall)) s, \(rounded(hours / wall)) simulated hours per second"
      )
      print("\(tally.violated.count) violated" + (options.isTwice ? "; each run twice" : ""))
      for found in tally.violated.sorted(by: { $0.seed < $1.seed }).dropFirst(Self.told) {
        print("seed \(found.seed): \(found.violation)")
      }
      return tally.violated.isEmpty
    }
  }

  private func rounded(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  private func work() {
    while let seed = take() {
      let outcome = FailoverSimulation.run(seed: seed)
      let again = options.isTwice ? FailoverSimulation.run(seed: seed) : nil
      tally.withLock { tally in
        tally.runs += 1
        tally.events += outcome.events
        tally.seconds += Double(outcome.elapsed.components.seconds)
        if let violation = outcome.violation { tally.violated.append((seed, "\(violation)", outcome.story)) }
        if let again, again.hash != outcome.hash {
          tally.violated.append((seed, "it did not come out the same a second time", outcome.story))
        }
      }
    }
  }

  private func take() -> UInt64? {
    tally.withLock { tally in
      guard tally.next < options.first + options.count else { return nil }
      defer { tally.next += 1 }
      return tally.next
    }
  }
}
