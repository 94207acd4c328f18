import Operations
import Testing

@testable import FailoverEngine

/// When a right to write ends, and who may prolong it.
@Suite struct WriteLeasesTests {
  private static let aws = CloudID("aws")
  private static let start = Timestamp(secondsSinceEpoch: 1_700_000_000)

  private func at(_ second: Int) -> Timestamp { Self.start + .seconds(second) }

  /// As a database tells, whose clock is a minute ahead.
  private func role(
    _ standing: DatabaseRole.Standing, generation: UInt64 = 3, ends: Int?, at second: Int
  ) -> DatabaseRole {
    let clock = at(second + 60)
    return DatabaseRole(
      standing: standing, generation: Generation(generation), takesWrites: standing != .fenced,
      leaseExpiresAt: ends.map { at($0 + 60) }, clock: clock, position: .zero)
  }

  private func leases() -> WriteLeases { WriteLeases(duration: .seconds(10)) }

  @Test func anEndIsCountedOnThisHostsClock() {
    var leases = leases()
    #expect(leases.countOnEnd(of: Self.aws) == nil, "never seen")
    leases.saw(role(.primary, ends: 12, at: 5), of: Self.aws, answeredAt: at(6))
    #expect(leases.countOnEnd(of: Self.aws) == at(13))
    // Asked for is taken, until it is seen otherwise.
    leases.asks(Self.aws, answeredAt: at(8))
    #expect(leases.countOnEnd(of: Self.aws) == at(18))
  }

  /// The host before may have renewed until now what has an end by its word, and lifted the end of anything else.
  @Test func whatIsInheritedCountsFromThen() {
    var leases = leases()
    leases.inherit([Self.aws], armed: [Self.aws], at: at(20))
    #expect(leases.countOnEnd(of: Self.aws) == at(30))
    #expect(leases.armed == [Self.aws])
    leases.saw(role(.primary, ends: 25, at: 21), of: Self.aws, answeredAt: at(21))
    #expect(leases.countOnEnd(of: Self.aws) == at(30), "the later of what is known")
    leases.inherit([Self.aws], armed: [], at: at(40))
    #expect(leases.countOnEnd(of: Self.aws) == nil)
    leases.agreed(Self.aws, answeredAt: at(41))
    leases.lift(Self.aws)
    #expect(leases.countOnEnd(of: Self.aws) == nil)
    #expect(leases.armed.isEmpty)
  }

  /// A database without a lease writes on for ever: there is no end to wait for.
  @Test func aRightWithoutAnEndHasNone() {
    var leases = leases()
    leases.saw(role(.primary, ends: nil, at: 5), of: Self.aws, answeredAt: at(5))
    #expect(leases.countOnEnd(of: Self.aws) == nil)
    // Nor does one that was asked for and not agreed to.
    leases.asks(Self.aws, answeredAt: at(6))
    #expect(leases.countOnEnd(of: Self.aws) == nil)
    leases.agreed(Self.aws, answeredAt: at(6))
    #expect(leases.countOnEnd(of: Self.aws) == at(16))
  }

  @Test func whatSomebodyCountsOnIsNotProlonged() {
    var leases = leases()
    let running = role(.primary, ends: 9, at: 5)
    #expect(leases.remedy(for: Self.aws, running, isMoving: false, highest: Generation(3)) == .prolong(Generation(3)))
    _ = leases.countOnEnd(of: Self.aws)
    #expect(leases.remedy(for: Self.aws, running, isMoving: false, highest: Generation(3)) == nil)
    leases.goOn()
    #expect(leases.remedy(for: Self.aws, running, isMoving: false, highest: Generation(3)) == .prolong(Generation(3)))
  }

  /// An old primary that comes back stands as one still. Its right has ended, and must stay so.
  @Test func anOldPrimaryIsNotRevived() {
    let leases = leases()
    let ended = role(.primary, generation: 3, ends: 4, at: 5)
    #expect(leases.remedy(for: Self.aws, ended, isMoving: false, highest: Generation(4)) == nil)
    #expect(leases.remedy(for: Self.aws, ended, isMoving: true, highest: Generation(3)) == nil)
    #expect(leases.remedy(for: Self.aws, ended, isMoving: false, highest: Generation(3)) == .revive(Generation(4)))
    #expect(
      leases.remedy(for: Self.aws, role(.fenced, ends: nil, at: 5), isMoving: false, highest: Generation(3)) == nil)
  }

  @Test func oneThatNobodyClaimedIsClaimedWhereItTakesWrites() {
    let leases = leases()
    let fresh = role(.unclaimed, generation: 0, ends: nil, at: 5)
    #expect(leases.remedy(for: Self.aws, fresh, isMoving: false, highest: Generation(0)) == .prolong(Generation(1)))
    var idle = fresh
    idle.takesWrites = false
    #expect(leases.remedy(for: Self.aws, idle, isMoving: false, highest: Generation(0)) == nil)
  }
}
