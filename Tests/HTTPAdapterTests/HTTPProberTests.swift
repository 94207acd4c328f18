import Glibc
import HTTPAdapter
import Operations
import TestSupport
import Testing

@Suite struct HTTPProberTests {
  let prober: HTTPProber

  init() throws { prober = HTTPProber(client: try HTTPClient()) }

  private func http(_ url: String, proxy: String? = nil, timeout: Duration = .seconds(5)) -> ProbeRequest {
    ProbeRequest(kind: .http(url: url, expecting: 200...399), timeout: timeout, proxy: proxy)
  }

  private static func okServer() -> ScriptedServer {
    ScriptedServer { connection in
      if !connection.readRequest().isEmpty { connection.answer("200 OK", "ok") }
    }
  }

  @Test func everyProbeHasAConnectionAndTimingsOfItsOwn() async {
    let server = Self.okServer()
    for _ in 0..<3 {
      let result = await prober.probe(http(server.url))
      #expect(result.outcome == .success(status: 200))
      #expect((result.timing?.connectMilliseconds ?? 0) > 0)
      #expect((result.timing?.firstByteMilliseconds ?? 0) > 0)
      #expect(result.timing?.tlsMilliseconds == nil)
    }
    #expect(server.connectionCount == 3)
  }

  @Test func anUnwantedStatusIsARejection() async {
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.answer("503 Service Unavailable", "")
    }
    #expect(await prober.probe(http(server.url)).outcome == .rejected("HTTP 503"))
  }

  @Test(arguments: [
    ("200 OK", #"{"ready":true,"database":{"reachable":true,"role":"primary","writable":true}}"#, true, true),
    ("200 OK", #" {"database":{"reachable":true,"writable":false}}"#, true, false),
    ("503 Service Unavailable", #"{"database":{"reachable":false,"writable":false,"reason":"refused"}}"#, false, nil),
  ])
  func itBringsTheApplicationsWordOfItsDatabase(
    status: String, body: String, isReachable: Bool, isWritable: Bool?
  ) async {
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.answer(status, body)
    }
    #expect(
      await prober.probe(http(server.url)).database
        == DatabaseReport(
          isReachable: isReachable, isWritable: isWritable, reason: isReachable ? nil : "refused"))
  }

  @Test(arguments: [
    "", "ok", "null", "[]", #""reachable""#, #"{"database":"up"}"#, #"{"database":{}}"#,
    #"{"database":{"reachable":"yes"}}"#, #"{"database":{"reachable":true}"#, "{\u{0}\u{FFFD}",
    String(repeating: "[", count: 4000), #"{"database":"# + String(repeating: "[", count: 2000),
    #"{"database":{"reachable":true},"pad":"\#(String(repeating: "x", count: 100_000))"}"#,
  ])
  func aBodyThatIsSomethingElseIsNoWordAndNoFault(body: String) async {
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.answer("200 OK", body)
    }
    let result = await prober.probe(http(server.url))
    #expect(result.outcome == .success(status: 200))
    #expect(result.database == nil)
  }

  @Test func aReasonWithoutEndIsCut() async {
    let long = String(repeating: "é", count: 1500)
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.answer("503 No", #"{"database":{"reachable":false,"reason":"\#(long)"}}"#)
    }
    #expect(await prober.probe(http(server.url)).database?.reason?.count == 200)
  }

  @Test func whatIsNoHTTPIsARejection() async {
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.write("SSH-2.0-OpenSSH_9.2p1\r\n")
    }
    let outcome = await prober.probe(http(server.url)).outcome
    guard case .rejected = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test func noAnswerIsUnreachable() async {
    let closing = ScriptedServer { _ = $0.readRequest() }
    let hung = ScriptedServer { $0.waitForClose() }
    #expect(
      await prober.probe(http(closing.url)).outcome == .unreachable("the connection was closed without an answer"))
    #expect(
      await prober.probe(http(hung.url, timeout: .milliseconds(100))).outcome
        == .unreachable("no answer within 100 ms"))
    #expect(
      await prober.probe(http("http://127.0.0.1:\(Loopback.freePort())/")).outcome
        == .unreachable("connection refused"))
    #expect(
      await prober.probe(http("http://nowhere.invalid/")).outcome == .unreachable("the name does not resolve"))
  }

  @Test func tcpNeedsNoMoreThanAConnection() async {
    let hung = ScriptedServer { $0.waitForClose() }
    let open = ProbeRequest(kind: .tcp(host: "127.0.0.1", port: hung.port), timeout: .seconds(5))
    let result = await prober.probe(open)
    #expect(result.outcome == .success(status: nil))
    #expect((result.timing?.connectMilliseconds ?? 0) > 0)
    let shut = ProbeRequest(kind: .tcp(host: "127.0.0.1", port: Loopback.freePort()), timeout: .seconds(5))
    #expect(await prober.probe(shut).outcome == .unreachable("connection refused"))
  }

  @Test func aTCPProbeLeavesNoConnectionBehind() async {
    let closed = Flag()
    let server = ScriptedServer { connection in
      connection.waitForClose()
      closed.raise()
    }
    _ = await prober.probe(
      ProbeRequest(kind: .tcp(host: "127.0.0.1", port: server.port), timeout: .seconds(5)))
    await closed.wait()
  }

  @Test func aSOCKSProxyThatWorksIsTransparent() async {
    let server = Self.okServer()
    let port = Loopback.freePort()
    let proxy = ChildProcess(["microsocks", "-i", "127.0.0.1", "-p", "\(port)"])
    #expect(await eventually { Loopback.accepts(port) })
    let through = "socks5h://127.0.0.1:\(port)"
    #expect(await prober.probe(http(server.url, proxy: through)).outcome == .success(status: 200))
    let dead = await prober.probe(http("http://127.0.0.1:\(Loopback.freePort())/", proxy: through)).outcome
    guard case .unreachable = dead else {
      Issue.record("\(dead)")
      return
    }
    let hung = ScriptedServer { $0.waitForClose() }
    #expect(
      await prober.probe(http(hung.url, proxy: through, timeout: .milliseconds(200))).outcome
        == .unreachable("no answer within 200 ms"))
    proxy.stop()
    let outcome = await prober.probe(http(server.url, proxy: through)).outcome
    #expect(outcome == .inconclusive("proxy \(through): connection refused"))
  }

  @Test(arguments: [("502 Bad Gateway", true), ("407 Proxy Authentication Required", false), ("403 No", false)])
  func aCONNECTProxysAnswerSaysWhoseFaultItIs(status: String, isAboutThePeer: Bool) async {
    let proxy = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.answer(status, "")
    }
    let outcome = await prober.probe(http("http://192.0.2.1/", proxy: proxy.url)).outcome
    let reason = "the proxy answered \(status.prefix(3)) to CONNECT"
    #expect(
      outcome == (isAboutThePeer ? .unreachable(reason) : .inconclusive("proxy \(proxy.url): \(reason)")))
  }

  @Test func aHungProxyIsInconclusive() async {
    // A SOCKS proxy that takes the connection and never speaks.
    let proxy = ScriptedServer { $0.waitForClose() }
    let outcome = await prober.probe(
      http("http://192.0.2.1/", proxy: "socks5h://127.0.0.1:\(proxy.port)", timeout: .milliseconds(150))
    ).outcome
    guard case .inconclusive = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test func aCONNECTProxyThatWorksIsTransparent() async {
    let proxy = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 Connection established\r\n\r\n")
      let request = connection.readRequest()
      connection.answer(request.hasPrefix("GET / HTTP/1.1") ? "204 No Content" : "500 No", "")
    }
    #expect(await prober.probe(http("http://192.0.2.1/", proxy: proxy.url)).outcome == .success(status: 204))
  }

  @Test func noDescriptorLeftSaysNothingOfThePeer() async throws {
    await #expect(processExitsWith: .success) {
      let prober = HTTPProber(client: try HTTPClient())
      let server = ScriptedServer { connection in
        _ = connection.readRequest()
        connection.answer("200 OK", "")
      }
      let request = ProbeRequest(kind: .http(url: server.url, expecting: 200...200), timeout: .seconds(5))
      guard case .success = await prober.probe(request).outcome else { exit(3) }
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      let before = limit.rlim_cur
      limit.rlim_cur = 0
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      guard case .inconclusive = await prober.probe(request).outcome else { exit(4) }
      // A leak checker wants one at the end.
      limit.rlim_cur = before
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      exit(0)
    }
  }
}
