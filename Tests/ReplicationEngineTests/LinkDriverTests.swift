import Operations
import Simulation
import Testing

@testable import ReplicationEngine

/// What a host says of a link that it only looks at.
@Suite struct LinkDriverTests {
  @Test func whoOnlyLooksSaysNoMoreThanBothSidesShow() async throws {
    let bench = Bench()
    let link = ReplicatedLink(id: Bench.id, mode: .stream, source: bench.aws.node, target: bench.azure.node)
    let port = bench.port(from: "aws")
    // Its own journal has it paused; that may be long ago.
    let looker = LinkDriver(
      link: link, port: port, clock: bench.clock, wallClock: bench.clock.wall, times: ReplicationTimes(),
      isPaused: true
    ) { _ in }
    func seen(_ isWanted: (ReplicationLinkSnapshot) -> Bool) async throws -> ReplicationLinkSnapshot {
      try await bench.move {
        let snapshot = await looker.snapshot(at: bench.clock.wall.now())
        return isWanted(snapshot) ? snapshot : nil
      }
    }
    let looking = Task { await looker.look() }
    let first = try await seen { !$0.tables.isEmpty }
    #expect(first.state == .preparing && first.reasons.last?.contains("not known from here") == true)
    try await bench.running {
      let streaming = try await seen { $0.state == .streaming }
      #expect(streaming.reasons.last == "another host keeps it going")
      // The slot is held, and nothing comes.
      port.stall(true)
      bench.aws.commit([.init("public.account", "1", "a")])
      // It may be that there is nothing in so little log.
      let idle = try await seen { ($0.lag?.value.appliedSeconds ?? 0) > 25 }
      #expect(idle.state == .streaming)
      bench.aws.commit((0..<40_000).map { .init("public.account", "\($0)", "a") })
      _ = try await seen { $0.state == .catchingUp && ($0.lag?.value.appliedSeconds ?? 0) > 10 }
      port.stall(false)
      _ = try await seen { $0.state == .streaming }
    }
    _ = try await seen { $0.state == .preparing }
    looking.cancel()
    await looking.value
  }
}
