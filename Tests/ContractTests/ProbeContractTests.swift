import HTTPAdapter
import Operations
import Simulation
import TestSupport
import Testing

/// What every prober promises, tried with libcurl on real sockets and on the simulation.
@Suite struct ProbeContractTests {
  enum Kind: CaseIterable, Sendable { case libcurl, simulation }

  /// A prober, and peers to point it at.
  private struct World {
    var prober: any ProbePort
    /// Makes a peer and gives its URL, host and port.
    var peer: (SimulatedNetwork.Peer) -> Address
    var deadProxy: String
  }

  private struct Address {
    var url: String
    var port: Int
    /// Keeps a real peer alive.
    var owner: ScriptedServer?
  }

  private func world(_ kind: Kind) throws -> World {
    switch kind {
    case .libcurl:
      return World(
        prober: HTTPProber(client: try HTTPClient()), peer: Self.realPeer,
        deadProxy: "socks5h://127.0.0.1:\(Loopback.freePort())")
    case .simulation:
      let network = SimulatedNetwork()
      network.setProxy("socks5h://dead:1", alive: false)
      return World(
        prober: network,
        peer: { peer in
          let port = Loopback.freePort()
          let url = "http://127.0.0.1:\(port)"
          network.set(peer, at: url)
          network.set(peer, at: "127.0.0.1:\(port)")
          return Address(url: url, port: port)
        }, deadProxy: "socks5h://dead:1")
    }
  }

  private static func realPeer(_ peer: SimulatedNetwork.Peer) -> Address {
    guard peer != .refuses else {
      let port = Loopback.freePort()
      return Address(url: "http://127.0.0.1:\(port)", port: port)
    }
    let server = ScriptedServer { connection in
      if peer == .hangs { return connection.waitForClose() }
      guard !connection.readRequest().isEmpty else { return }
      if case .answers(let status, _) = peer {
        connection.answer("\(status) X", "")
      } else {
        connection.write("220 mail.example.test ESMTP\r\n")
      }
    }
    return Address(url: server.url, port: server.port, owner: server)
  }

  private func probe(
    _ world: World, _ address: Address, proxy: String? = nil, timeout: Duration = .seconds(10)
  ) async -> ProbeResult {
    await world.prober.probe(
      ProbeRequest(kind: .http(url: address.url, expecting: 200...399), timeout: timeout, proxy: proxy))
  }

  private func connect(_ world: World, _ address: Address) async -> ProbeResult {
    await world.prober.probe(
      ProbeRequest(kind: .tcp(host: "127.0.0.1", port: address.port), timeout: .seconds(10)))
  }

  @Test(arguments: Kind.allCases)
  func aWantedStatusSucceedsWithItsTime(kind: Kind) async throws {
    let world = try world(kind)
    let result = await probe(world, world.peer(.answers(status: 204, after: .zero)))
    #expect(result.outcome == .success(status: 204))
    #expect((result.timing?.totalMilliseconds ?? 0) > 0)
  }

  @Test(arguments: Kind.allCases)
  func anotherStatusIsARejectionByName(kind: Kind) async throws {
    let world = try world(kind)
    let result = await probe(world, world.peer(.answers(status: 503, after: .zero)))
    #expect(result.outcome == .rejected("HTTP 503"))
  }

  @Test(arguments: Kind.allCases)
  func anAnswerThatIsNoHTTPIsARejection(kind: Kind) async throws {
    let world = try world(kind)
    let outcome = await probe(world, world.peer(.babbles)).outcome
    guard case .rejected = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test(arguments: Kind.allCases)
  func noListenerIsUnreachable(kind: Kind) async throws {
    let world = try world(kind)
    let address = world.peer(.refuses)
    #expect(await probe(world, address).outcome == .unreachable("connection refused"))
    #expect(await connect(world, address).outcome == .unreachable("connection refused"))
  }

  @Test(arguments: Kind.allCases)
  func silenceIsUnreachableAfterTheTimeoutAndNotBefore(kind: Kind) async throws {
    let world = try world(kind)
    let start = ContinuousClock.now
    let result = await probe(world, world.peer(.hangs), timeout: .milliseconds(150))
    #expect(result.outcome == .unreachable("no answer within 150 ms"))
    #expect(ContinuousClock.now - start >= .milliseconds(150))
  }

  @Test(arguments: Kind.allCases)
  func aConnectionIsAllThatTCPAsksFor(kind: Kind) async throws {
    let world = try world(kind)
    #expect(await connect(world, world.peer(.hangs)).outcome == .success(status: nil))
  }

  @Test(arguments: Kind.allCases)
  func aDeadProxySaysNothingOfThePeer(kind: Kind) async throws {
    let world = try world(kind)
    let outcome = await probe(world, world.peer(.answers(status: 200, after: .zero)), proxy: world.deadProxy).outcome
    #expect(outcome == .inconclusive("proxy \(world.deadProxy): connection refused"))
  }
}
