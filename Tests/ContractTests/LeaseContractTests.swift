import EtcdAdapter
import HTTPAdapter
import Host
import LeaseEngine
import Operations
import Simulation
import TestSupport
import Testing

/// What every lease promises, tried with the lock beside the journal, in etcd, and in the simulation.
@Suite(.timeLimit(.minutes(2))) struct LeaseContractTests {
  enum Kind: CaseIterable, Sendable { case lock, etcd, simulation }

  /// One lease, and the ways of two hosts to it.
  private struct World {
    var first: any LeasePort
    var second: any LeasePort
    /// Takes the lease away from whoever holds it.
    var takeAway: () async throws -> Void
    /// What keeps it, for as long as it is used.
    var owner: any Sendable
  }

  private static let settings = LeaseSettings(ttl: .seconds(3), lockDelay: .milliseconds(500))

  private func withWorld(_ kind: Kind, address: String = "", _ body: (World) async throws -> Void) async throws {
    switch kind {
    case .lock:
      let directory = TemporaryDirectory("signalbox-lease")
      let journal = "\(directory.path)/a/journal"
      try await body(
        World(
          first: LeaseLock(beside: journal), second: LeaseLock(beside: journal),
          takeAway: { ChildProcess.run(["rm", "\(journal).lease"]) }, owner: directory))
    case .simulation:
      let site = SimulatedLeaseSite(clock: ContinuousClock())
      let leases = ["ops1", "ops2"].map {
        ExpiringLease(store: site.line(of: $0), settings: Self.settings, clock: ContinuousClock())
      }
      try await body(World(first: leases[0], second: leases[1], takeAway: { site.takeAway() }, owner: site))
    case .etcd:
      let server = await EtcdServer.started("127.44.6.1")
      defer { server.kill() }
      let client = try HTTPClient()
      let etcd = EtcdSettings(endpoints: [server.url], key: "signalbox/app")
      let leases = (0..<2).map { _ in
        ExpiringLease(
          store: EtcdLeaseStore(settings: etcd, client: client), settings: Self.settings, clock: ContinuousClock())
      }
      let takeAway = {
        var request = HTTPRequest(method: "POST", url: "\(server.url)/v3/kv/deleterange")
        // `signalbox/app`.
        request.body = Array(#"{"key":"c2lnbmFsYm94L2FwcA=="}"#.utf8)
        let answer = try await client.send(request)
        #expect(answer.status == 200)
      }
      try await body(World(first: leases[0], second: leases[1], takeAway: takeAway, owner: server))
    }
  }

  private func acquired(_ lease: any LeasePort, as holder: String) async throws -> any HeldLease {
    var held: (any HeldLease)?
    _ = try await eventually {
      held = try await lease.acquire(holder: holder)
      return held != nil
    }
    return try #require(held)
  }

  @Test(arguments: Kind.allCases)
  func oneHoldsItAndTheOtherIsToldByWhom(kind: Kind) async throws {
    try await withWorld(kind) { world in
      #expect(await world.second.holder() == nil)
      let held = try #require(try await world.first.acquire(holder: "kit@ops1 pid 1"))
      #expect(held.stands)
      #expect(await held.recheck() == nil)
      #expect(try await world.second.acquire(holder: "ana@ops2 pid 2") == nil)
      #expect(await world.second.holder() == "kit@ops1 pid 1")
      #expect(await world.first.holder() == "kit@ops1 pid 1")
      #expect(try await world.first.acquire(holder: "kit@ops1 pid 1") == nil, "nor twice by one")
      #expect(held.stands)
      await held.release()
    }
  }

  @Test(arguments: Kind.allCases)
  func givenBackItIsFreeAtOnce(kind: Kind) async throws {
    try await withWorld(kind) { world in
      let held = try #require(try await world.first.acquire(holder: "kit"))
      await held.release()
      #expect(!held.stands)
      #expect(await held.recheck() == "the lease was given back")
      #expect(await world.first.holder() == nil)
      let taken = try #require(try await world.second.acquire(holder: "ana"))
      #expect(taken.stands && !held.stands)
      if let before = held.fence, let now = taken.fence { #expect(now > before) }
      // Giving back what one has no more takes nothing away.
      await held.release()
      #expect(taken.stands)
      #expect(await taken.recheck() == nil)
      #expect(await world.first.holder() == "ana")
      await taken.release()
    }
  }

  @Test(arguments: Kind.allCases)
  func aWordOutlivesItsHolderUntilItIsTakenBack(kind: Kind) async throws {
    try await withWorld(kind) { world in
      let held = try #require(try await world.first.acquire(holder: "kit"))
      #expect(try await held.word() == nil)
      try await held.leave("aws azure")
      #expect(try await held.word() == "aws azure")
      await held.release()
      await #expect(throws: HostError.self) { try await held.leave("too late") }
      let next = try #require(try await world.second.acquire(holder: "ana"))
      #expect(try await next.word() == "aws azure")
      try await world.takeAway()
      await #expect(throws: HostError.self) { try await next.leave(nil) }
      let last = try await acquired(world.first, as: "kit")
      #expect(try await last.word() == "aws azure")
      try await last.leave(nil)
      #expect(try await last.word() == nil)
      await last.release()
    }
  }

  @Test(arguments: Kind.allCases)
  func fencesGrowWithEveryHolder(kind: Kind) async throws {
    try await withWorld(kind) { world in
      var highest = Generation(0)
      for turn in 0..<6 {
        let port = turn.isMultiple(of: 2) ? world.first : world.second
        let held = try #require(try await port.acquire(holder: "host \(turn)"))
        if let fence = held.fence {
          #expect(fence > highest)
          highest = fence
        }
        await held.release()
      }
      #expect((highest > Generation(0)) == (kind != .lock))
    }
  }

  @Test(arguments: Kind.allCases)
  func oneThatIsTakenAwayIsNotedBeforeTheNextMutation(kind: Kind) async throws {
    try await withWorld(kind) { world in
      let held = try #require(try await world.first.acquire(holder: "kit"))
      try await world.takeAway()
      #expect(await held.recheck() != nil)
      #expect(!held.stands)
      let taken = try await acquired(world.second, as: "ana")
      #expect(taken.stands && !held.stands)
      await held.release()
      #expect(taken.stands)
      #expect(await taken.recheck() == nil)
      await taken.release()
    }
  }

  @Test(arguments: Kind.allCases)
  func oneThatNobodyKeepsGoesToTheNextInTheEnd(kind: Kind) async throws {
    try await withWorld(kind) { world in
      do {
        let held = try #require(try await world.first.acquire(holder: "kit"))
        #expect(held.stands)
      }
      let taken = try await acquired(world.second, as: "ana")
      #expect(taken.stands)
      await taken.release()
    }
  }

  @Test(arguments: Kind.allCases)
  func ofManyAtOnceOneGetsIt(kind: Kind) async throws {
    try await withWorld(kind) { world in
      let ports = [world.first, world.second]
      let held = try await withThrowingTaskGroup(of: (any HeldLease)?.self) { group in
        for index in 0..<8 {
          group.addTask { try await ports[index % 2].acquire(holder: "host \(index)") }
        }
        return try await group.reduce(into: [any HeldLease]()) { held, lease in
          if let lease { held.append(lease) }
        }
      }
      #expect(held.count == 1)
      for lease in held { await lease.release() }
    }
  }

  @Test(arguments: Kind.allCases)
  func itIsHeldForLongerThanItsTime(kind: Kind) async throws {
    try await withWorld(kind) { world in
      let held = try #require(try await world.first.acquire(holder: "kit"))
      let wasLost = await eventually(within: Self.settings.ttl * 2) { !held.stands }
      #expect(!wasLost)
      #expect(try await world.second.acquire(holder: "ana") == nil)
      await held.release()
    }
  }
}
