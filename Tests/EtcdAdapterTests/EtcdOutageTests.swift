import EtcdAdapter
import Glibc
import LeaseEngine
import Operations
import TestSupport
import Testing

/// Members, holders and the network between them fail; there is never a second holder.
@Suite(.timeLimit(.minutes(3))) struct EtcdOutageTests {
  @Test func aFrozenEtcdEndsTheLeaseBeforeAnybodyElseGetsIt() async throws {
    let server = await EtcdServer.started("127.44.4.1")
    defer { server.kill() }
    let held = try #require(await EtcdBench.acquired(try EtcdBench.lease([server.url]), as: "kit@ops1"))
    server.freeze()
    #expect(await eventually { !held.stands })
    server.thaw()
    let rival = try EtcdBench.lease([server.url])
    let taken = try #require(await EtcdBench.acquired(rival, as: "ana@ops2"))
    #expect(!held.stands && taken.stands)
    #expect(await held.recheck()?.hasPrefix("the lease was last renewed 2") == true)
  }

  @Test func aShortOutageIsSurvived() async throws {
    let server = await EtcdServer.started("127.44.4.2")
    defer { server.kill() }
    let held = try #require(
      await EtcdBench.acquired(try EtcdBench.lease([server.url], ttl: .seconds(30)), as: "kit@ops1"))
    server.kill()
    #expect(await held.recheck() == nil, "what cannot be asked decides nothing")
    server.start()
    #expect(await eventually { server.isHealthy() })
    #expect(await held.recheck() == nil)
    let rival = try EtcdBench.lease([server.url])
    #expect(try await rival.acquire(holder: "ana@ops2") == nil)
    #expect(await rival.holder() == "kit@ops1", "it outlived the restart")
    await held.release()
  }

  @Test func aPartitionedHolderStopsBeforeTheOtherBegins() async throws {
    let server = await EtcdServer.started("127.44.4.3")
    defer { server.kill() }
    let link = NetworkProxy(address: "127.44.4.13", port: 2379, upstream: (server.address, EtcdServer.port))
    for weather in [NetworkProxy.Weather.cut, .stalled] {
      link.set(.fair)
      let lease = try EtcdBench.lease(["http://127.44.4.13:2379"])
      let held = try #require(await EtcdBench.acquired(lease, as: "kit@ops1"))
      link.set(weather)
      let taken = try #require(await EtcdBench.acquired(try EtcdBench.lease([server.url]), as: "ana@ops2"))
      #expect(!held.stands, "\(weather)")
      #expect(taken.stands)
      #expect(try #require(taken.fence) > (try #require(held.fence)))
      await taken.release()
    }
  }

  @Test func oneMemberOfThreeMayFail() async throws {
    let addresses = ["127.44.5.1", "127.44.5.2", "127.44.5.3"]
    let servers = addresses.map { EtcdServer(address: $0, members: addresses) }
    defer { for server in servers { server.kill() } }
    for server in servers { server.start() }
    for server in servers { #expect(await eventually { server.isHealthy() }) }
    let urls = servers.map(\.url)
    let held = try #require(await EtcdBench.acquired(try EtcdBench.lease(urls, ttl: .seconds(6)), as: "kit@ops1"))
    servers[0].freeze()
    // Twice its time: what stands then was renewed at the others.
    let end = ContinuousClock.now + .seconds(12)
    #expect(await !eventually(within: end - .now) { !held.stands })
    #expect(await held.recheck() == nil)
    let rival = try EtcdBench.lease(urls)
    #expect(try await rival.acquire(holder: "ana@ops2") == nil)
    #expect(await rival.holder() == "kit@ops1")
    // Without a majority nothing is told, and the lease runs out.
    servers[1].freeze()
    #expect(await eventually { !held.stands })
    await #expect(throws: HostError.self) { try await rival.acquire(holder: "ana@ops2") }
  }

  @Test func aKilledHolderIsFollowedAfterTheLockDelayAndNotBefore() async throws {
    let server = await EtcdServer.started("127.44.4.4")
    defer { server.kill() }
    let first = Holder(server.url, name: "kit@ops1", ttl: 3, lockDelay: 2)
    #expect(await first.said("held"))
    first.signal(SIGKILL)
    let killed = ContinuousClock.now
    let taken = await EtcdBench.acquired(
      try EtcdBench.lease([server.url], lockDelay: .seconds(2)), as: "ana@ops2")
    // It was renewed a third of its time ago at most; then comes the delay.
    #expect(ContinuousClock.now - killed >= .seconds(4))
    #expect(taken?.stands == true)
    first.end()
  }

  @Test func aStoppedHolderFindsItsLeaseLostWhenItGoesOn() async throws {
    let server = await EtcdServer.started("127.44.4.5")
    defer { server.kill() }
    let first = Holder(server.url, name: "kit@ops1", ttl: 3, lockDelay: 0)
    #expect(await first.said("held"))
    first.signal(SIGSTOP)
    let taken = try #require(await EtcdBench.acquired(try EtcdBench.lease([server.url]), as: "ana@ops2"))
    first.signal(SIGCONT)
    #expect(await first.said("lost the lease was last renewed"))
    #expect(taken.stands)
    await taken.release()
    #expect(await first.said("held", times: 2), "it asks again")
    first.end()
  }
}
