import Host
import Operations
import Testing

/// A drill tells the host how it goes on, and whoever looks at the host sees it.
@Suite(.timeLimit(.minutes(1))) struct HostDrillTests {
  private func drill(_ change: (inout DrillSnapshot) -> Void = { _ in }) -> DrillSnapshot {
    var drill = DrillSnapshot(
      name: "cloud-loss", phase: "the fault is watched", sinceFaultSeconds: 4, users: 10, requestsPerSecond: 3,
      failuresPerSecond: 1, shares: [CloudShare(cloud: SimulatedHost.aws, share: 0.5)])
    drill.instants = [.init(title: "Detected", seconds: 2.5), .init(title: "Decided", seconds: nil)]
    drill.history.requests = [1, nil, 3]
    drill.history.faultIndex = 1
    change(&drill)
    return drill
  }

  @Test func itIsSeenWhileItGoesOn() async throws {
    let world = try SimulatedHost()
    await world.start()
    let server = try await ControlServer.start(path: world.socket, host: world.host)
    let client = try RemoteHostClient(path: world.socket)
    let told = drill()
    try await client.tell(of: told)
    let seen = await world.snapshot { $0.drill != nil }
    #expect(seen?.drill?.value == told)
    #expect(seen?.events.first { $0.subject == "drill" }?.message == "cloud-loss goes on")
    #expect(try await client.snapshot().drill?.value == told)
    try await client.tell(of: drill { $0.phase = "healed" })
    try await client.tell(of: nil)
    let over = await world.snapshot { $0.drill == nil }
    #expect(
      over?.events.filter { $0.subject == "drill" }.map(\.message) == ["cloud-loss is over", "cloud-loss goes on"])
    await server.stop()
    await world.end()
  }

  @Test func itCannotTellWithoutMeasure() async throws {
    let world = try SimulatedHost()
    await world.start()
    let long = [Double?](repeating: 1, count: DrillSnapshot.historyLength + 1)
    for absurd in [
      drill { $0.history.requests = long }, drill { $0.name = String(repeating: "x", count: 101) },
      drill { $0.history.shares = [.init(cloud: SimulatedHost.aws, samples: long)] },
      drill { $0.instants = Array(repeating: .init(title: "", seconds: nil), count: 17) },
    ] {
      await #expect(throws: HostError.self) { try await world.host.tell(of: absurd) }
    }
    #expect(await world.host.snapshot().drill == nil)
    await world.end()
  }
}
