import HTTPAdapter
import LocalCloud
import LocalCloudTestSupport
import Operations
import TestSupport
import Testing

@Suite struct HAProxyObserverTests {
  private static func instance(_ status: String = "200 OK") -> ScriptedServer {
    ScriptedServer { connection in
      while !connection.readRequest().isEmpty { connection.answer(status, "") }
    }
  }

  @Test func seesTargetsAsTheBalancerDoes() async throws {
    let well = Self.instance()
    let ill = Self.instance("503 No")
    let balancer = await BalancerFixture(servers: [
      "server one 127.0.0.1:\(well.port) check", "server two 127.0.0.1:\(ill.port) check",
      "server three 127.0.0.1:\(Loopback.freePort()) check", "server four 127.0.0.1:\(well.port) disabled",
      "server five 127.0.0.1:\(well.port)",
    ])
    let observer = try balancer.observer()
    #expect(observer.name == "HAProxy 127.0.0.1:\(balancer.statisticsPort)")
    var seen = TargetGroupSnapshot(targets: [])
    _ = try await eventually {
      seen = try await observer.observe()
      return seen.targets.count { $0.state == .unhealthy } == 2
    }
    #expect(seen.targets.map(\.id) == ["one", "two", "three", "four", "five"])
    #expect(seen.targets.map(\.state) == [.healthy, .unhealthy, .unhealthy, .unavailable, .healthy])
    #expect(seen.targets[0].address == "127.0.0.1:\(well.port)")
    #expect(seen.targets[0].reason.isEmpty)
    #expect(seen.targets[1].reason == "DOWN L7STS 503")
    #expect(seen.targets[2].reason.hasPrefix("DOWN L4CON"))
    #expect(seen.healthyCount == 2)
  }

  @Test func countsUsersRequestsAndNotItsOwnChecks() async throws {
    let well = Self.instance()
    let balancer = await BalancerFixture(servers: ["server one 127.0.0.1:\(well.port) check"])
    let observer = try balancer.observer()
    #expect(try await eventually { try await observer.observe().healthyCount == 1 })
    // Several checks have passed; nobody has asked for anything.
    #expect(try await observer.observe().requestsTotal == 0)
    let client = try HTTPClient()
    for _ in 0..<7 { _ = try await client.send(HTTPRequest(url: "http://127.0.0.1:\(balancer.frontPort)/")) }
    // A request is counted when it is over, which may be after its answer has come.
    #expect(try await eventually { try await observer.observe().requestsTotal == 7 })
  }

  @Test func refusalsAreNamed() async throws {
    let balancer = await BalancerFixture(servers: ["server one 127.0.0.1:1"])
    func failure(_ observer: HAProxyObserver) async -> String {
      await (#expect(throws: (any Error).self) { _ = try await observer.observe() }).map { "\($0)" } ?? ""
    }
    let wrong = await failure(try balancer.observer(password: "wr0ng"))
    #expect(wrong.contains("refuse user or password"))
    #expect(!wrong.contains("wr0ng"))
    #expect(await failure(try balancer.observer(backend: "nobody")).contains("there is no backend nobody"))
    #expect(await failure(try balancer.observer(path: "/")).contains("no HAProxy CSV"))
  }

  @Test(arguments: ["", "# ", "# pxname,svname\n", "hello", "# pxname,svname,status\napp", "\u{1B}[2J"])
  func nonsenseIsAClearError(body: String) async throws {
    let server = ScriptedServer { connection in
      while !connection.readRequest().isEmpty { connection.answer("200 OK", body) }
    }
    let observer = HAProxyObserver(
      url: "\(server.url)/;csv", backend: "app", credentials: nil, certificateAuthorityFile: nil,
      client: try HTTPClient())
    let error = await #expect(throws: (any Error).self) { _ = try await observer.observe() }
    #expect(error.map { "\($0)".utf8.allSatisfy { $0 >= 0x20 } } == true)
  }
}
