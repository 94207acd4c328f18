import Operations
import Testing

/// What every ``RoleControl`` promises, tried on PostgreSQL and on the simulation.
@Suite struct RoleContractTests {
  enum Kind: CaseIterable, Sendable { case postgres, simulation }

  private func world(_ kind: Kind) async throws -> any RoleWorld {
    switch kind {
    case .postgres: PostgresWorld(bench: try await RoleBench())
    case .simulation: SimulatedWorld()
    }
  }

  @Test(arguments: Kind.allCases)
  func nobodyHasActedOnANewOne(kind: Kind) async throws {
    let world = try await world(kind)
    let role = try await world.controller("a").read()
    #expect(role.standing == .unclaimed)
    #expect(role.generation == Generation(0))
    #expect(role.takesWrites)
    #expect(role.leaseExpiresAt == nil)
    #expect(role.position > .zero)
  }

  @Test(arguments: Kind.allCases)
  func preparingTakesNothingAway(kind: Kind) async throws {
    let world = try await world(kind)
    let control = try world.controller("a")
    let before = try await control.rights()
    try await control.prepare()
    try await control.prepare()
    #expect(try await control.rights() == before)
    #expect(try await control.read().standing == .unclaimed)
    #expect(try await world.applicationWrites())
  }

  @Test(arguments: Kind.allCases)
  func aFenceIsProvenAndMayBeRepeated(kind: Kind) async throws {
    let world = try await world(kind)
    let control = try world.controller("a")
    for _ in 1...2 {
      #expect(try await control.fence(generation: Generation(3)).contains("refused: permission denied"))
      let role = try await control.read()
      #expect(role.standing == .fenced)
      #expect(role.generation == Generation(3))
      #expect(!role.takesWrites)
      #expect(try await !world.applicationWrites())
      #expect(try await control.rights() == [])
    }
  }

  @Test(arguments: Kind.allCases)
  func aPromotionGivesBackWhatTheFenceTook(kind: Kind) async throws {
    let world = try await world(kind)
    let control = try world.controller("a")
    let before = try await control.rights()
    #expect(!before.isEmpty)
    _ = try await control.fence(generation: Generation(3))
    // A fence that is repeated has nothing to remember, and forgets nothing.
    _ = try await control.fence(generation: Generation(4))
    for _ in 1...2 {
      #expect(try await control.promote(generation: Generation(5)).contains("accepted"))
      let role = try await control.read()
      #expect(role.standing == .primary)
      #expect(role.generation == Generation(5))
      #expect(role.takesWrites)
      #expect(try await control.rights() == before)
      #expect(try await world.applicationWrites())
    }
    #expect(try await control.verifyWritable(generation: Generation(5)).contains("read back"))
  }

  @Test(arguments: Kind.allCases)
  func whoIsOutdoneIsRefusedEverywhere(kind: Kind) async throws {
    let world = try await world(kind)
    let control = try world.controller("a")
    _ = try await control.promote(generation: Generation(7))
    let stale = Generation(6)
    let refusal = RoleError.superseded(standing: Generation(7))
    await #expect(throws: refusal) { try await control.fence(generation: stale) }
    await #expect(throws: refusal) { try await control.promote(generation: stale) }
    await #expect(throws: refusal) { try await control.verifyWritable(generation: stale) }
    await #expect(throws: refusal) { try await control.renewLease(generation: stale, for: .seconds(5)) }
    await #expect(throws: refusal) { try await control.releaseLease(generation: stale) }
    let role = try await control.read()
    #expect(role.generation == Generation(7))
    #expect(role.standing == .primary)
    #expect(role.leaseExpiresAt == nil)
    #expect(try await world.applicationWrites())
  }

  @Test(arguments: Kind.allCases)
  func ofTwoControllersWithOneNumberTheFirstIsHeard(kind: Kind) async throws {
    let world = try await world(kind)
    let first = try world.controller("a")
    let second = try world.controller("b")
    _ = try await first.fence(generation: Generation(2))
    await #expect(throws: RoleError.superseded(standing: Generation(2))) {
      try await second.promote(generation: Generation(2))
    }
    // What it would do is done already.
    _ = try await second.fence(generation: Generation(2))
    // The first may take back what it did.
    _ = try await first.promote(generation: Generation(2))
    #expect(try await world.applicationWrites())
    await #expect(throws: RoleError.superseded(standing: Generation(2))) {
      try await second.fence(generation: Generation(2))
    }
    _ = try await second.fence(generation: Generation(3))
  }

  @Test(arguments: Kind.allCases)
  func nothingIsPromotedThatNothingIsKnownOf(kind: Kind) async throws {
    let world = try await world(kind)
    let control = try world.controller("a")
    try await world.takeRightsByHand()
    #expect(try await !control.read().takesWrites)
    _ = try await control.fence(generation: Generation(1))
    do {
      _ = try await control.promote(generation: Generation(2))
      Issue.record("it was promoted")
    } catch let error as RoleError {
      guard case .refused(let reason) = error else { throw error }
      #expect(reason.contains("nothing is remembered"))
    }
    #expect(try await control.read().standing == .fenced)
  }

  @Test(arguments: Kind.allCases)
  func whatThePrimaryToldIsGivenToTheSecondary(kind: Kind) async throws {
    let world = try await world(kind)
    let control = try world.controller("a")
    let rights = try await control.rights()
    try await world.takeRightsByHand()
    try await control.remember(rights)
    // A primary that is being fenced has none to tell of, which is not to be believed.
    try await control.remember([])
    _ = try await control.fence(generation: Generation(1))
    _ = try await control.promote(generation: Generation(2))
    #expect(try await control.rights() == rights)
    #expect(try await world.applicationWrites())
  }

  @Test(arguments: Kind.allCases)
  func aLeaseEndsByTheDatabasesOwnClock(kind: Kind) async throws {
    let world = try await world(kind)
    let control = try world.controller("a")
    try await control.warmLease(Generation(4))
    let before = try await control.read().clock
    let end = try await control.renewLease(generation: Generation(4), for: .seconds(4))
    #expect(end >= before + .seconds(4))
    var role = try await control.read()
    #expect(role.standing == .primary)
    #expect(role.generation == Generation(4))
    #expect(role.leaseExpiresAt == end)
    #expect(try await world.applicationWrites())
    _ = try await control.verifyWritable(generation: Generation(4))
    try await world.pass(.seconds(4))
    #expect(try await !world.applicationWrites())
    role = try await control.read()
    #expect(!role.takesWrites)
    #expect(role.leaseExpiresAt == end)
    await #expect(throws: RoleError.self) { try await control.verifyWritable(generation: Generation(4)) }
    _ = try await control.renewLease(generation: Generation(4), for: .seconds(60))
    #expect(try await world.applicationWrites())
    try await control.releaseLease(generation: Generation(4))
    #expect(try await control.read().leaseExpiresAt == nil)
    #expect(try await world.applicationWrites())
  }

  @Test(arguments: Kind.allCases)
  func aFencedDatabaseHasNoLease(kind: Kind) async throws {
    let world = try await world(kind)
    let control = try world.controller("a")
    _ = try await control.renewLease(generation: Generation(1), for: .seconds(60))
    _ = try await control.fence(generation: Generation(2))
    #expect(try await control.read().leaseExpiresAt == nil)
    do {
      _ = try await control.renewLease(generation: Generation(2), for: .seconds(60))
      Issue.record("it was renewed")
    } catch let error as RoleError {
      guard case .refused = error else { throw error }
    }
    try await control.releaseLease(generation: Generation(2))
    #expect(try await !world.applicationWrites())
    _ = try await control.promote(generation: Generation(3))
    #expect(try await control.read().leaseExpiresAt == nil)
    #expect(try await world.applicationWrites())
  }

  @Test(arguments: Kind.allCases)
  func aPromotionEndsALeaseThatRanOut(kind: Kind) async throws {
    let world = try await world(kind)
    let control = try world.controller("a")
    try await control.warmLease(Generation(1))
    _ = try await control.renewLease(generation: Generation(1), for: .seconds(3))
    try await world.pass(.seconds(3))
    #expect(try await !world.applicationWrites())
    _ = try await control.promote(generation: Generation(2))
    #expect(try await world.applicationWrites())
  }

  @Test(arguments: Kind.allCases)
  func onlyAPrimaryIsVerified(kind: Kind) async throws {
    let world = try await world(kind)
    let control = try world.controller("a")
    _ = try await control.fence(generation: Generation(1))
    await #expect(throws: RoleError.self) { try await control.verifyWritable(generation: Generation(1)) }
    #expect(try await control.read().standing == .fenced)
  }
}
