import LeaseEngine
import Operations
import Simulation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ExpiringLeaseTests {
  @Test func oneThatIsRenewedStands() async throws {
    let bench = Bench()
    let held = try #require(try await bench.lease(of: "ops1").acquire(holder: "kit"))
    await bench.pass(.seconds(600), sleepers: 1)
    #expect(held.stands)
    #expect(bench.site.standing?.holder == "kit")
    await held.release()
  }

  @Test func oneThatNobodyKeepsIsNotRenewed() async throws {
    let bench = Bench()
    var held = try await bench.lease(of: "ops1").acquire(holder: "kit")
    #expect(await eventually { bench.clock.sleeperCount == 1 })
    #expect(held?.stands == true)
    held = nil
    #expect(await eventually { bench.clock.sleeperCount == 0 })
    await bench.pass(.seconds(15), sleepers: 0)
    #expect(bench.site.standing == nil)
  }

  @Test func aHolderThatIsCutOffStopsBeforeTheLeaseIsFree() async throws {
    let bench = Bench()
    let held = try #require(try await bench.lease(of: "ops1").acquire(holder: "kit"))
    bench.site.inject(.cut, on: "ops1")
    await bench.pass(.milliseconds(11_999), sleepers: 1)
    #expect(held.stands)
    bench.clock.advance(to: .seconds(12))
    #expect(!held.stands)
    #expect(bench.site.standing?.holder == "kit")
    bench.site.inject(nil, on: "ops1")
    await bench.passToTheEnd(at: .seconds(14))
    #expect(!held.stands, "a loss is final")
    #expect(
      await held.recheck() == "the lease was last renewed 12 s ago, which is too long: simulated lease: no answer")
  }

  @Test func anOutageShorterThanTheTrustIsSurvived() async throws {
    let bench = Bench()
    let held = try #require(try await bench.lease(of: "ops1").acquire(holder: "kit"))
    await bench.pass(.seconds(6), sleepers: 1)
    bench.site.inject(.losesAnswers, on: "ops1")
    await bench.pass(.seconds(10), sleepers: 1)
    bench.site.inject(nil, on: "ops1")
    await bench.pass(.seconds(60), sleepers: 1)
    #expect(held.stands)
  }

  @Test func whoTakesOverFromOneThatVanishedWaits() async throws {
    let bench = Bench()
    let first = bench.lease(of: "ops1")
    let second = bench.lease(of: "ops2")
    let held = try #require(try await first.acquire(holder: "kit"))
    bench.site.inject(.cut, on: "ops1")
    await bench.pass(.seconds(11), sleepers: 1)
    await bench.passToTheEnd(at: .seconds(15))
    #expect(!held.stands)
    #expect(try await second.acquire(holder: "ana") == nil)
    #expect(bench.site.standing?.holder == "ana", "it is ana's, and not to be used yet")
    #expect(await second.holder() == "kit, who vanished; free in 15 s")
    for _ in 0..<14 {
      await bench.pass(.seconds(1), sleepers: 0)
      #expect(try await second.acquire(holder: "ana") == nil)
    }
    #expect(await second.holder() == "kit, who vanished; free in 1.0 s")
    await bench.pass(.seconds(1), sleepers: 0)
    let taken = try #require(try await second.acquire(holder: "ana"))
    #expect(taken.stands)
    #expect(try #require(taken.fence) > (try #require(held.fence)))
  }

  @Test func aWaitThatNobodyPursuesEndsByItself() async throws {
    let bench = Bench()
    let held = try #require(try await bench.lease(of: "ops1").acquire(holder: "kit"))
    bench.site.takeAway()
    #expect(await held.recheck() == "the lease expired or was taken away, says simulated lease")
    let second = bench.lease(of: "ops2")
    #expect(try await second.acquire(holder: "ana") == nil)
    await bench.passToTheEnd(at: .seconds(15))
    #expect(bench.site.standing == nil)
    #expect(try await second.acquire(holder: "ana") == nil, "it begins anew")
    #expect(await second.holder() == nil)
    #expect(try await second.acquire(holder: "ana") == nil)
    #expect(await second.holder() == "ana, who vanished; free in 15 s")
  }

  @Test func aWaitIsPursuedByAskingLessOftenThanARenewalWouldBeTrusted() async throws {
    let bench = Bench(ttl: .seconds(3), lockDelay: .seconds(8))
    _ = try await bench.site.line(of: "ops1").claim(for: "kit", lasting: .seconds(1))
    bench.site.takeAway()
    let second = bench.lease(of: "ops2")
    for _ in 0..<4 {
      #expect(try await second.acquire(holder: "ana") == nil)
      await bench.pass(.milliseconds(2500), sleepers: 0)
    }
    let held = try await second.acquire(holder: "ana")
    #expect(held?.stands == true)
    await held?.release()
  }

  @Test func aWaitWhoseClaimIsTakenAwayBeginsAnew() async throws {
    let bench = Bench(ttl: .seconds(15), lockDelay: .seconds(5))
    _ = try await bench.site.line(of: "ops1").claim(for: "kit", lasting: .seconds(1))
    bench.site.takeAway()
    let second = bench.lease(of: "ops2")
    #expect(try await second.acquire(holder: "ana") == nil)
    await bench.pass(.seconds(5), sleepers: 0)
    bench.site.takeAway()
    #expect(try await second.acquire(holder: "ana") == nil, "the delay is over, and the claim is gone")
    #expect(try await second.acquire(holder: "ana") == nil)
    #expect(await second.holder() == "ana, who vanished; free in 5.0 s")
  }

  @Test func oneThatWasTakenAwayIsLostAtTheNextRenewal() async throws {
    let bench = Bench()
    let held = try #require(try await bench.lease(of: "ops1").acquire(holder: "kit"))
    await bench.pass(.seconds(6), sleepers: 1)
    bench.site.takeAway()
    await bench.passToTheEnd(at: .seconds(11))
    #expect(await eventually { !held.stands })
    #expect(await held.recheck() == "the lease expired or was taken away, says simulated lease")
  }

  @Test func afterACleanReleaseNobodyWaits() async throws {
    let bench = Bench()
    let held = try #require(try await bench.lease(of: "ops1").acquire(holder: "kit"))
    await held.release()
    #expect(!held.stands)
    #expect(await held.recheck() == "the lease was given back")
    let taken = try await bench.lease(of: "ops2").acquire(holder: "ana")
    #expect(taken?.stands == true)
  }

  @Test func whoGivesALostLeaseBackIsNotTrustedToHaveFinished() async throws {
    let bench = Bench()
    let held = try #require(try await bench.lease(of: "ops1").acquire(holder: "kit"))
    bench.site.inject(.cut, on: "ops1")
    await bench.pass(.seconds(11), sleepers: 1)
    await bench.passToTheEnd(at: .seconds(12))
    bench.site.inject(nil, on: "ops1")
    #expect(!held.stands)
    await held.release()
    #expect(bench.site.standing == nil, "it is free at once")
    #expect(try await bench.lease(of: "ops2").acquire(holder: "ana") == nil, "and the next one waits")
  }

  @Test func anAnswerThatWasTooLongOnItsWayBringsNoLease() async throws {
    let bench = Bench()
    bench.site.inject(.slow(.seconds(13)), on: "ops1")
    async let claimed = bench.lease(of: "ops1").acquire(holder: "kit")
    #expect(await eventually { bench.clock.sleeperCount == 1 })
    bench.site.inject(nil, on: "ops1")
    bench.clock.advanceToNext()
    #expect(try await claimed == nil)
    #expect(bench.site.standing == nil)
  }

  @Test func aSilentSiteIsAskedOnceBeforeAMutationAndThenTheTermDecides() async throws {
    let bench = Bench()
    let held = try #require(try await bench.lease(of: "ops1").acquire(holder: "kit"))
    #expect(await eventually { bench.clock.sleeperCount == 1 })
    bench.site.inject(.silent(timeout: .seconds(1)), on: "ops1")
    async let first = held.recheck()
    #expect(await eventually { bench.clock.sleeperCount == 2 })
    bench.clock.advance(to: .seconds(1))
    #expect(await first == nil)
    #expect(await held.recheck() == nil, "at once: no time passes here")
    #expect(held.stands)
  }

  @Test func whatCannotBeToldIsAnError() async throws {
    let bench = Bench()
    bench.site.inject(.cut, on: "ops1")
    await #expect(throws: HostError.failed("simulated lease: no answer")) {
      try await bench.lease(of: "ops1").acquire(holder: "kit")
    }
    #expect(await bench.lease(of: "ops1").holder() == nil)
  }

  @Test func aClockThatRunsSlowStopsInTime() async throws {
    let bench = Bench()
    // A tenth slow is a hundred times what the worst quartz does.
    let held = try #require(try await bench.lease(of: "ops1", rate: 0.9).acquire(holder: "kit"))
    bench.site.inject(.cut, on: "ops1")
    await bench.pass(.seconds(12), sleepers: 1)
    await bench.passToTheEnd(at: .seconds(14))
    #expect(bench.site.standing?.holder == "kit")
    #expect(!held.stands)
  }
}
