import HTTPAdapter
import Operations
import TestSupport
import Testing

@Suite struct TLSTests {
  private static let certificates = Certificates()

  /// OpenSSL's own server, which answers any GET with a page.
  private func serve(_ options: [String]) async -> (ChildProcess, Int) {
    let port = Loopback.freePort()
    let server = ChildProcess(
      ["openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-cert", Self.certificates.server, "-www"] + options)
    #expect(await eventually { Loopback.accepts(port) })
    return (server, port)
  }

  @Test func trustsTheNamedAuthorityAlone() async throws {
    let (server, port) = await serve([])
    let client = try HTTPClient()
    var request = HTTPRequest(url: "https://127.0.0.1:\(port)/")
    request.certificateAuthorityFile = Self.certificates.authority
    let response = try await client.send(request)
    #expect(response.status == 200)
    #expect(response.text.contains("TLSv1.3"))
    #expect((response.timing.tlsMilliseconds ?? 0) > 0)
    request.certificateAuthorityFile = nil
    request.freshConnection = true
    let untrusted = await #expect(throws: HTTPError.self) { _ = try await client.send(request) }
    #expect(untrusted?.phase == .tls)
    #expect(untrusted?.remedy.contains("authority") == true)
    let authority = Self.certificates.authority
    let probe = ProbeRequest(
      kind: .http(url: request.url, expecting: 200...200), timeout: .seconds(5), certificateAuthorityFile: authority)
    #expect(await HTTPProber(client: client).probe(probe).outcome == .success(status: 200))
    withExtendedLifetime(server) {}
  }

  @Test func refusesOldVersionsUnlessTold() async throws {
    let (server, port) = await serve(["-tls1_2"])
    let client = try HTTPClient()
    var request = HTTPRequest(url: "https://127.0.0.1:\(port)/")
    request.certificateAuthorityFile = Self.certificates.authority
    let error = await #expect(throws: HTTPError.self) { _ = try await client.send(request) }
    #expect(error?.phase == .tls)
    request.minimumTLS = .v12
    #expect(try await client.send(request).status == 200)
    withExtendedLifetime(server) {}
  }

  @Test func aMissingAuthorityFileIsThisMachinesFault() async throws {
    let (server, port) = await serve([])
    let client = try HTTPClient()
    let probe = ProbeRequest(
      kind: .http(url: "https://127.0.0.1:\(port)/", expecting: 200...200), timeout: .seconds(5),
      certificateAuthorityFile: "/nowhere/ca.pem")
    let outcome = await HTTPProber(client: client).probe(probe).outcome
    guard case .inconclusive(let reason) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(reason.contains("/nowhere/ca.pem"))
    withExtendedLifetime(server) {}
  }
}
