import FoundationEssentials
import HTTPAdapter
import Host
import Operations
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct ControlSocketTests {
  private func withServer(_ body: (SimulatedHost, RemoteHostClient) async throws -> Void) async throws {
    let world = try SimulatedHost()
    await world.start()
    let server = try await ControlServer.start(path: world.socket, host: world.host)
    try await body(world, try RemoteHostClient(path: world.socket))
    await server.stop()
    await world.end()
  }

  private func send(_ method: String, _ target: String, _ body: String? = nil, to socket: String) async throws
    -> HTTPResponse
  {
    var request = HTTPRequest(method: method, url: "http://signalbox\(target)")
    request.unixSocketPath = socket
    request.body = body.map { Array($0.utf8) }
    return try await HTTPClient().send(request)
  }

  @Test func aRemoteClientDoesWhatALocalOneDoes() async throws {
    try await withServer { world, client in
      let local = try await LocalHostClient(world.host).plan(.setWeights(SimulatedHost.weights(70, 30)))
      let remote = try await client.plan(.setWeights(SimulatedHost.weights(70, 30)))
      #expect(remote.steps == local.steps)
      _ = try await client.execute(remote.id, overriding: [], actor: "kit@ops1")
      _ = await world.snapshot { _ in world.recordSet.writes == 1 }
      #expect(world.recordSet.standing.weights == SimulatedHost.weights(70, 30))
      #expect(try await client.journal(newest: 100).first?.actor == "kit@ops1")
    }
  }

  @Test func refusalsAndMistakesKeepTheirMeaningAcrossTheSocket() async throws {
    try await withServer { world, client in
      let plan = try await client.plan(.setWeights(SimulatedHost.weights(0, 0)))
      await #expect {
        try await client.execute(plan.id, overriding: [InterlockName("sum-of-zero")], actor: "kit@ops1")
      } throws: { ($0 as? Refusal)?.holding.first?.name == InterlockName("sum-of-zero") }
      await #expect(throws: HostError.unknownPlan(PlanID("w-none"))) {
        try await client.execute(PlanID("w-none"), overriding: [], actor: "kit@ops1")
      }
      await #expect {
        try await client.plan(.setWeights(Weights([(CloudID("gcp"), 1)])))
      } throws: { error in
        if case HostError.invalidRequest(let reason) = error { return reason.contains("gcp") }
        return false
      }
    }
  }

  @Test(arguments: ["aws-azure", "no such/link?"]) func aLinkThatIsNotThereIsNamed(_ name: String) async throws {
    try await withServer { _, client in
      await #expect {
        try await client.conflicts(of: LinkID(name), newest: 10)
      } throws: { error in
        if case HostError.invalidRequest(let reason) = error { reason.contains("'\(name)'") } else { false }
      }
      await #expect {
        try await client.differences(of: LinkID(name), limit: 20_000)
      } throws: { error in
        if case HostError.invalidRequest = error { true } else { false }
      }
    }
  }

  @Test func updatesFollowTheHostAndOutliveIt() async throws {
    let world = try SimulatedHost()
    await world.start()
    var server = try await ControlServer.start(path: world.socket, host: world.host)
    let client = try RemoteHostClient(path: world.socket)
    var seen: [String] = []
    for await update in client.updates() {
      switch update {
      case .connection(.attached):
        seen.append("attached")
      case .snapshot where seen.last == "attached":
        seen.append("snapshot")
        if seen.count(where: { $0 == "attached" }) == 1 { await server.stop() }
      case .connection(.lost) where seen.last != "lost":
        seen.append("lost")
        server = try await ControlServer.start(path: world.socket, host: world.host)
      default: continue
      }
      if seen.count == 5 { break }
    }
    #expect(seen == ["attached", "snapshot", "lost", "attached", "snapshot"])
    await server.stop()
    await world.end()
  }

  @Test(
    arguments: [
      ("GET", "/nowhere", nil, 404), ("PUT", "/v1/plans", nil, 405), ("POST", "/v1/plans", "not json", 400),
      ("POST", "/v1/operations", "{}", 400), ("GET", "/v1/journal?newest=0", nil, 400),
      ("GET", "/v1/journal?newest=x", nil, 400), ("POST", "/v1/plans", String(repeating: "x", count: 70_000), 413),
      ("GET", "/healthz", nil, 200), ("GET", "/metrics", nil, 200), ("GET", "/v1/snapshot", nil, 200),
    ] as [(String, String, String?, Int)])
  func answersEveryRequest(method: String, target: String, body: String?, status: Int) async throws {
    try await withServer { world, _ in
      let response = try await send(method, target, body, to: world.socket)
      #expect(response.status == status)
    }
  }

  @Test func theSocketIsItsOwnersAlone() async throws {
    try await withServer { world, _ in
      let mode = try FileManager.default.attributesOfItem(atPath: world.socket)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }

  @Test func aSecondServerDoesNotTakeALiveSocket() async throws {
    try await withServer { world, _ in
      await #expect(throws: HostError.self) { try await ControlServer.start(path: world.socket, host: world.host) }
      #expect(await RemoteHostClient.isServed(world.socket))
    }
  }

  @Test func metricsAreInPrometheusForm() async throws {
    try await withServer { world, _ in
      let text = try await send("GET", "/metrics", to: world.socket).text
      #expect(text.contains("signalbox_cloud_health{cloud=\"aws\",health=\"healthy\"} 1.0"))
      #expect(text.contains("signalbox_dns_weight{cloud=\"azure\"} 50.0"))
      for line in text.split(separator: "\n") where !line.hasPrefix("#") {
        #expect(line.firstMatch(of: /^[a-z_]+(\{[^}]*\})? -?[0-9.e+-]+$/) != nil, "\(line)")
      }
    }
  }
}
