import LeaseEngine
import Operations
import Simulation
import TestSupport
import Testing

/// Controllers over one simulated site, in virtual time.
struct Bench {
  let clock = VirtualClock()
  let site: SimulatedLeaseSite
  let settings: LeaseSettings

  init(ttl: Duration = .seconds(15), lockDelay: Duration = .seconds(15), seed: UInt64 = 1) {
    site = SimulatedLeaseSite(clock: clock, seed: seed)
    settings = LeaseSettings(ttl: ttl, lockDelay: lockDelay)
  }

  /// - Parameter rate: how fast its clock runs.
  func lease(of controller: String, rate: Double = 1) -> ExpiringLease {
    ExpiringLease(store: site.line(of: controller), settings: settings, clock: DriftingClock(clock, rate: rate))
  }

  /// Moves time on, from one waking to the next; whoever wakes sleeps again before it goes further.
  ///
  /// - Parameter sleepers: how many tasks sleep all the while: a lease that is held is one.
  func pass(_ time: Duration, sleepers: Int) async {
    let end = clock.now.offset + time
    #expect(await eventually { clock.sleeperCount == sleepers })
    while let next = clock.nextDeadline, next <= end {
      clock.advance(to: next)
      #expect(await eventually { clock.sleeperCount == sleepers })
    }
    clock.advance(to: end)
  }

  /// Moves time on to `offset` at once, past the end of every lease that is held.
  func passToTheEnd(at offset: Duration) async {
    clock.advance(to: offset)
    #expect(await eventually { clock.sleeperCount == 0 })
  }
}
