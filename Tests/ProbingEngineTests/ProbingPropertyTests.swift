import Operations
import Simulation
import Testing

@testable import ProbingEngine

/// Random histories, each from its seed.
@Suite struct ProbingPropertyTests {
  @Test(arguments: 0..<60)
  func verdictsFollowTheRules(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let settings = Facts.settings {
      $0.failureThreshold = Int.random(in: 1...4, using: &generator)
      $0.successThreshold = Int.random(in: 1...4, using: &generator)
      $0.quorumVantages = Int.random(in: 1...3, using: &generator)
      $0.quorumNetworks = Int.random(in: 1...$0.quorumVantages, using: &generator)
    }
    var bench = Bench(settings: settings)
    // Streaks of random length, so that thresholds are both met and missed.
    let alphabet = Array("+++x5?.")
    var letters = ["+", "+", "+"] as [Character]
    var conclusive = [[Bool]](repeating: [], count: 3)
    var previous = Health.unknown
    for _ in 0..<200 {
      for vantage in 0..<3 where Int.random(in: 0..<4, using: &generator) == 0 {
        letters[vantage] = alphabet.randomElement(using: &generator) ?? "+"
      }
      for (vantage, letter) in letters.enumerated() where letter != "?" && letter != "." {
        conclusive[vantage].append(letter == "+")
      }
      bench.seconds(1, String(letters))
      guard let verdict = bench.verdict, let cloud = bench.state.clouds[Facts.aws] else { return }
      #expect(!verdict.reasons.isEmpty)
      #expect(verdict.reasons.allSatisfy { !$0.isEmpty })
      let healths = cloud.trackers.map { $0.health(at: bench.now, settings) }
      let speaking = healths.count { $0 != .unknown }
      let down = healths.count { $0 == .down }
      switch verdict.health {
      case .unknown: #expect(speaking < settings.quorumVantages || settings.quorumNetworks > speaking)
      case .down: #expect(down >= settings.quorumVantages && down * 2 > speaking)
      case .healthy: #expect(down == 0 && speaking >= settings.quorumVantages)
      case .degraded: #expect(speaking >= settings.quorumVantages)
      }
      // A vantage says down only of whom it failed to reach as often as it must, and healthy again likewise.
      for (vantage, health) in healths.enumerated() where health != .unknown {
        let results = conclusive[vantage]
        if health == .down {
          #expect(
            Self.longestEndingRun(of: false, in: results, before: settings.successThreshold, orLonger: true)
              >= settings.failureThreshold)
        }
      }
      if verdict.health != previous { #expect(verdict.since == bench.now) }
      previous = verdict.health
    }
  }

  /// The longest run of `value` since the last run of its opposite that was `before` long.
  private static func longestEndingRun(of value: Bool, in results: [Bool], before: Int, orLonger: Bool) -> Int {
    var longest = 0
    var run = 0
    var opposite = 0
    for result in results.reversed() {
      if result == value {
        run += 1
        opposite = 0
        longest = max(longest, run)
      } else {
        run = 0
        opposite += 1
        if opposite >= before, longest > 0 || orLonger && opposite > results.count { break }
      }
    }
    return longest
  }

  @Test(arguments: 0..<40)
  func noInputFlapsAVantageFasterThanItsThresholds(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let settings = Facts.settings()
    var tracker = VantageTracker()
    var now = Facts.start
    var settled: Health?
    var sinceChange = 0
    for _ in 0..<1000 {
      now = now + .milliseconds(Int.random(in: 1...1000, using: &generator))
      let result = [Facts.success(), Facts.refused, Facts.rejected, Facts.mute].randomElement(using: &generator)
      guard let result else { return }
      tracker.apply(result, at: now, settings)
      sinceChange += 1
      guard tracker.settled != settled else { continue }
      if settled != nil {
        let needed = tracker.settled == .down ? settings.failureThreshold : settings.successThreshold
        #expect(sinceChange >= needed)
      }
      settled = tracker.settled
      sinceChange = 0
    }
  }

  @Test(arguments: 0..<40)
  func unknownIsNeverMadeOfFailures(seed: Int) {
    // However a vantage's own proxy fails, the cloud is never down for it.
    var generator = SeededGenerator(seed: UInt64(seed))
    var bench = Bench()
    for _ in 0..<200 {
      let letters = (0..<3).map { _ in "+?.".randomElement(using: &generator) ?? "?" }
      bench.seconds(1, String(letters))
      #expect(bench.verdict?.health != .down)
    }
  }

  @Test(arguments: 0..<40)
  func schedulesNeverOverlapAndNeverCreep(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let settings = Facts.settings { $0.jitter = Double.random(in: 0...0.5, using: &generator) }
    var schedule = ProbeSchedule(phase: Double.random(in: 0..<1, using: &generator), settings)
    #expect(schedule.due < settings.interval)
    var ended = Duration.zero
    for _ in 0..<500 {
      let due = schedule.due
      #expect(due >= ended)
      let started = due + .microseconds(Int.random(in: 0...20_000, using: &generator))
      ended = started + .milliseconds(Int.random(in: 0...1500, using: &generator))
      let confirming = Bool.random(using: &generator)
      schedule.finished(
        startedAt: started, endedAt: ended, isConfirming: confirming, draw: .random(in: 0..<1, using: &generator),
        settings)
      #expect(schedule.due <= max(ended, due + settings.interval))
      #expect(confirming || schedule.due >= due + settings.interval * (1 - settings.jitter) - .microseconds(1))
    }
  }
}
