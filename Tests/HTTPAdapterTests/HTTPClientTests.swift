import HTTPAdapter
import Operations
import Synchronization
import TestSupport
import Testing

@Suite struct HTTPClientTests {
  let client: HTTPClient

  init() throws { client = try HTTPClient() }

  @Test func answersWithStatusFieldsAndBody() async throws {
    let server = ScriptedServer { connection in
      let request = connection.readRequest()
      connection.answer("418 Teapot", request, headers: "X-One:  1 \r\nx-two:\r\n")
    }
    var request = HTTPRequest(method: "PUT", url: "\(server.url)/a?b=c")
    request.body = Array("hello".utf8)
    request.headers = [HTTPField("Content-Type", "text/plain")]
    request.secretHeaders = [(name: "X-API-Key", value: Secret("k3y"))]
    request.credentials = .init(user: "kit", password: Secret("pa:ss"))
    let response = try await client.send(request)
    #expect(response.status == 418)
    #expect(response.header("x-ONE") == "1")
    #expect(response.header("x-two")?.isEmpty == true)
    #expect(response.text.hasPrefix("PUT /a?b=c HTTP/1.1\r\n"))
    #expect(response.text.hasSuffix("\r\n\r\nhello"))
    #expect(response.text.contains("X-API-Key: k3y\r\n"))
    #expect(response.text.contains("Authorization: Basic a2l0OnBhOnNz\r\n"))
    #expect(response.timing.totalMilliseconds > 0)
  }

  @Test func sendsAnEmptyBody() async throws {
    let server = ScriptedServer { $0.answer("200 OK", $0.readRequest()) }
    var request = HTTPRequest(method: "POST", url: server.url)
    request.body = []
    let response = try await client.send(request)
    #expect(response.text.contains("Content-Length: 0\r\n"))
  }

  @Test func reusesConnectionsUnlessAFreshOneIsWanted() async throws {
    let server = ScriptedServer { connection in
      while !connection.readRequest().isEmpty { connection.answer("200 OK", "ok") }
    }
    for _ in 0..<3 { _ = try await client.send(HTTPRequest(url: server.url)) }
    #expect(server.connectionCount == 1)
    var fresh = HTTPRequest(url: server.url)
    fresh.freshConnection = true
    for _ in 0..<3 { _ = try await client.send(fresh) }
    #expect(server.connectionCount == 4)
  }

  @Test func speaksOverAUnixSocket() async throws {
    let directory = TemporaryDirectory()
    let path = "\(directory.path)/s"
    let server = ScriptedServer(unixPath: path) { $0.answer("200 OK", $0.readRequest()) }
    var request = HTTPRequest(url: "http://host/v1/x")
    request.unixSocketPath = path
    let response = try await client.send(request)
    #expect(response.text.contains("GET /v1/x HTTP/1.1"))
    withExtendedLifetime(server) {}
  }

  @Test func anOverrideLeadsElsewhereAndStaysWithItsRequest() async throws {
    let server = ScriptedServer { $0.answer("200 OK", $0.readRequest()) }
    var request = HTTPRequest(url: "http://app.example.test:\(server.port)/")
    request.addressOverrides = [.init(host: "app.example.test", port: server.port, address: "127.0.0.1")]
    let response = try await client.send(request)
    #expect(response.text.contains("Host: app.example.test:\(server.port)"))
    request.addressOverrides = []
    let error = await #expect(throws: HTTPError.self) { _ = try await client.send(request) }
    #expect(error?.phase == .resolve)
  }

  @Test func anAnswerWithoutEndIsCutOff() async throws {
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\n\r\n")
      while connection.write([UInt8](repeating: 65, count: 4096)) {}
    }
    var request = HTTPRequest(url: server.url)
    request.maximumResponseBytes = 10_000
    let error = await #expect(throws: HTTPError.self) { _ = try await client.send(request) }
    #expect(error?.reason == "the answer is longer than 10000 bytes")
  }

  @Test func headersWithoutEndAreCutOff() async throws {
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\n")
      while connection.write("X-Field: \(String(repeating: "x", count: 1000))\r\n") {}
    }
    let error = await #expect(throws: HTTPError.self) { _ = try await client.send(HTTPRequest(url: server.url)) }
    #expect(error?.reason.hasPrefix("the header is longer") == true)
  }

  @Test func aSilentPeerTimesOut() async throws {
    let server = ScriptedServer { $0.waitForClose() }
    var request = HTTPRequest(url: server.url)
    request.timeout = .milliseconds(150)
    let error = await #expect(throws: HTTPError.self) { _ = try await client.send(request) }
    #expect(error?.isTimeout == true)
    #expect(error?.phase == .response)
    #expect(error?.reason == "no answer within 150 ms")
  }

  @Test func aRefusedConnectionSaysSoWithoutCredentials() async throws {
    let port = Loopback.freePort()
    let error = await #expect(throws: HTTPError.self) {
      _ = try await client.send(HTTPRequest(url: "http://kit:secret@127.0.0.1:\(port)/x?token=t0p"))
    }
    #expect(error?.description == "http://127.0.0.1:\(port)/x: connection refused")
    #expect(error?.phase == .connect)
    #expect(error?.blame == .peer)
  }

  @Test(arguments: [
    "", "no scheme", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://", "http://[::1", "http://127.0.0.1:99999/",
    "http://127.0.0.1/\r\nX: y",
  ])
  func refusesWhatIsNoHTTPURL(url: String) async throws {
    let error = await #expect(throws: HTTPError.self) { _ = try await client.send(HTTPRequest(url: url)) }
    #expect(error?.phase == .request)
  }

  @Test func refusesFieldsThatWouldSmuggleOthers() async throws {
    var request = HTTPRequest(url: "http://127.0.0.1:1/")
    request.secretHeaders = [(name: "X-Key", value: Secret("topsecret\r\nHost: other"))]
    let error = await #expect(throws: HTTPError.self) { _ = try await client.send(request) }
    #expect(error?.blame == .request)
    #expect(error.map { "\($0)".contains("topsecret") } == false)
  }

  @Test func cancellingTakesTheTransferDown() async throws {
    let closed = Flag()
    let server = ScriptedServer { connection in
      connection.waitForClose()
      closed.raise()
    }
    let task = Task { try await client.send(HTTPRequest(url: server.url)) }
    while server.connectionCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { _ = try await task.value }
    await closed.wait()
  }

  @Test func manyHungPeersDelayNobody() async throws {
    let hung = ScriptedServer { $0.waitForClose() }
    let lively = ScriptedServer { connection in
      while !connection.readRequest().isEmpty { connection.answer("200 OK", "ok") }
    }
    let waiting = (0..<100).map { _ in Task { try? await client.send(HTTPRequest(url: hung.url)) } }
    while hung.connectionCount < 100 { try await Task.sleep(for: .milliseconds(2)) }
    for _ in 0..<20 {
      let response = try await client.send(HTTPRequest(url: lively.url))
      #expect(response.timing.totalMilliseconds < 1000)
    }
    for task in waiting { task.cancel() }
    for task in waiting { _ = await task.value }
  }

  @Test func aSecretNeverPrints() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), "\([secret])", dumped] {
      #expect(!text.contains("hunter2"))
    }
  }
}
