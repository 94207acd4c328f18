import Operations
import Simulation
import Testing

@testable import ProbingEngine

/// The engine over a simulated network, in virtual time.
@Suite struct ProbingEngineTests {
  static let urls = [Facts.aws: "https://aws.test/ready", Facts.azure: "https://azure.test/ready"]

  let clock = VirtualClock()
  let network: SimulatedNetwork

  init() {
    network = SimulatedNetwork(clock: clock)
    for url in Self.urls.values { network.set(.answers(status: 200, after: .milliseconds(20)), at: url) }
  }

  private func engine(_ settings: ProbingSettings = Facts.settings()) -> ProbingEngine {
    ProbingEngine(
      clouds: [Facts.aws, Facts.azure].map {
        ProbedCloud(id: $0, kind: .http(url: Self.urls[$0] ?? "", expecting: 200...399))
      },
      vantages: Facts.three, settings: settings, prober: network, clock: clock, wallClock: clock.wall,
      generator: SeededGenerator(seed: 3))
  }

  /// Lets virtual time pass; six schedules are always asleep, between probes or inside one.
  private func pass(_ duration: Duration, asleep: Int = 6) async {
    let end = clock.now.offset + duration
    while true {
      while clock.sleeperCount < asleep { await Task.yield() }
      guard let next = clock.nextDeadline, next <= end else { break }
      clock.advance(to: next)
    }
    clock.advance(to: end)
  }

  @Test func findsHealthWithTimings() async throws {
    let engine = engine()
    let running = Task { await engine.run() }
    await pass(.seconds(10))
    let view = try #require(await engine.snapshot(of: Facts.aws))
    #expect(view.verdict.value.health == .healthy)
    #expect(view.verdict.source == "probe ×3")
    #expect(view.vantages.map(\.detail) == ["200 in 20 ms", "200 in 20 ms", "200 in 20 ms"])
    let latency = try #require(view.latency?.value)
    #expect(abs(latency.p50Milliseconds - 20.1) < 0.5)
    #expect(view.probeSuccess?.value.succeeded == view.probeSuccess?.value.total)
    #expect((27...36).contains(view.probeSuccess?.value.total ?? 0))
    #expect(view.latencyHistory.compactMap { $0 }.count >= 9)
    #expect(await engine.snapshot(of: CloudID("none")) == nil)
    running.cancel()
    await running.value
  }

  @Test(arguments: [SimulatedNetwork.Peer.refuses, .answers(status: 503, after: .milliseconds(5)), .hangs])
  func aDeadCloudIsDownWithinThreeIntervals(fault: SimulatedNetwork.Peer) async throws {
    let settings = Facts.settings()
    for offset in stride(from: 0, to: 1000, by: 130) {
      let engine = engine(settings)
      let running = Task { await engine.run() }
      await pass(.seconds(5) + .milliseconds(offset))
      network.set(fault, at: Self.urls[Facts.azure] ?? "")
      let bound = settings.detectionBound(failingAfter: fault == .hangs ? settings.timeout : .milliseconds(5))
      #expect(bound <= settings.interval * 3)
      await pass(bound + .milliseconds(1))
      #expect(await engine.snapshot(of: Facts.azure)?.verdict.value.health == .down)
      #expect(await engine.snapshot(of: Facts.aws)?.verdict.value.health == .healthy)
      network.set(.answers(status: 200, after: .milliseconds(20)), at: Self.urls[Facts.azure] ?? "")
      running.cancel()
      await running.value
    }
  }

  @Test func aHungCloudDelaysNobodyElse() async throws {
    network.set(.hangs, at: Self.urls[Facts.azure] ?? "")
    let engine = engine()
    let running = Task { await engine.run() }
    await pass(.seconds(20))
    #expect((57...70).contains(network.probeCount(of: Self.urls[Facts.aws] ?? "")))
    #expect(await engine.scheduleDrift().maximumMilliseconds < 1)
    running.cancel()
    await running.value
  }

  @Test func changesAreEvents() async throws {
    let engine = engine()
    let changes = await engine.changes()
    let running = Task { await engine.run() }
    await pass(.seconds(3))
    network.set(.refuses, at: Self.urls[Facts.azure] ?? "")
    await pass(.seconds(4))
    running.cancel()
    await running.value
    var seen: [(CloudID, Health)] = []
    for await change in changes {
      seen.append((change.cloud, change.verdict.health))
      if change.verdict.health == .down { break }
    }
    #expect(seen.contains { $0 == (Facts.aws, .healthy) })
    #expect(seen.last.map { $0 == (Facts.azure, .down) } == true)
  }

  @Test func aTurnIsToldToWhoeverWaitsForOne() async {
    let engine = engine()
    var turns = await engine.turns().makeAsyncIterator()
    let running = Task { await engine.run() }
    await pass(.seconds(5))
    #expect(await turns.next() != nil)
    network.set(.refuses, at: Self.urls[Facts.azure] ?? "")
    await pass(.seconds(4))
    #expect(await turns.next() != nil)
    #expect(await engine.snapshot(of: Facts.azure)?.verdict.value.health == .down)
    running.cancel()
    await running.value
  }

  @Test func deadProxiesMakeUnknownNotDown() async throws {
    let engine = engine()
    let running = Task { await engine.run() }
    await pass(.seconds(3))
    for vantage in Facts.three { if let proxy = vantage.proxy { network.setProxy(proxy, alive: false) } }
    await pass(.seconds(6))
    for cloud in [Facts.aws, Facts.azure] {
      #expect(await engine.snapshot(of: cloud)?.verdict.value.health == .unknown)
    }
    running.cancel()
    await running.value
  }
}
