import HTTPAdapter
import Operations
import TestSupport
import Testing

@testable import DNSAdapter

@Suite struct PowerDNSProviderTests {
  static let aws = CloudID("aws")
  static let azure = CloudID("azure")
  static let addresses = [(cloud: aws, address: "127.77.1.10"), (cloud: azure, address: "127.77.2.10")]

  static func weights(_ first: Int, _ second: Int) -> Weights { Weights([(aws, first), (azure, second)]) }

  static func settings(_ url: String, key: String = PowerDNSServer.apiKey) -> PowerDNSSettings {
    PowerDNSSettings(
      url: url, zone: "example.test", name: "app.example.test", apiKey: Secret(key), timeToLive: .seconds(5),
      addresses: addresses, timeout: .seconds(10))
  }

  static func provider(_ url: String, key: String = PowerDNSServer.apiKey) throws -> PowerDNSProvider {
    PowerDNSProvider(settings: settings(url, key: key), client: try HTTPClient())
  }

  private func failure(_ body: () async throws -> Void) async -> String {
    await (#expect(throws: RecordSetError.self) { try await body() })?.description ?? ""
  }

  @Test func whatIsWrittenIsAnswered() async throws {
    let server = await PowerDNSServer()
    let provider = try Self.provider(server.apiURL)
    try await provider.create(Self.weights(50, 50))
    let first = try await provider.read()
    #expect(first == RecordSetState(weights: Self.weights(50, 50), ttl: .seconds(5), generation: Generation(1)))
    try await provider.replace(Self.weights(50, 50), with: Self.weights(90, 10), generation: Generation(2))
    let sampler = AuthoritativeSampler(
      name: "app.example.test", servers: [server.server], addresses: Self.addresses, timeout: .seconds(10))
    let sample = await sampler.sample(500)
    #expect(sample.total == 500)
    #expect(sample.foreignCount == 0)
    #expect(sample.servers == [.init(address: server.server, answering: true)])
    // Five standard deviations: 450 ± 34.
    #expect((416...484).contains(sample.countByCloud[Self.aws] ?? 0))
    try await provider.replace(Self.weights(90, 10), with: Self.weights(0, 7), generation: Generation(3))
    #expect(await sampler.sample(50).countByCloud == [Self.azure: 50])
    #expect(try await provider.read().weights == Self.weights(0, 7))
  }

  @Test func aHandEditedRecordIsSeenOrRefused() async throws {
    let server = await PowerDNSServer()
    let provider = try Self.provider(server.apiURL)
    try await provider.create(Self.weights(50, 50))
    func edit(_ content: String) {
      server.execute(
        "update records set content = '\(content.split(separator: "'").joined(separator: "''"))' where type = 'LUA'")
    }
    edit(#"A "pickwrandom({ {20, '127.77.1.10'}, {80, '127.77.2.10'} })""#)
    #expect(try await provider.read().weights == Self.weights(20, 80))
    let conflict = await failure {
      try await provider.replace(Self.weights(50, 50), with: Self.weights(60, 40), generation: Generation(2))
    }
    #expect(conflict.contains("aws=20 azure=80 stands at generation 1"))
    edit(#"A "ifportup(443, {'127.77.1.10'})""#)
    #expect(await failure { _ = try await provider.read() }.contains("is not a weighted one: A \"ifportup"))
    edit(#"A "pickwrandom({{20,'127.77.1.10'},{80,'192.0.2.66'}})""#)
    #expect(await failure { _ = try await provider.read() }.contains("answers 192.0.2.66, which is no cloud's address"))
    server.execute("update records set type = 'A', content = '192.0.2.1' where type = 'LUA'")
    #expect(await failure { _ = try await provider.read() }.contains("A records instead of a weighted LUA record"))
    server.execute("delete from records where name = 'app.example.test'")
    #expect(await failure { _ = try await provider.read() }.contains("does not exist in the zone example.test"))
  }

  @Test func refusalsNameTheRemedy() async throws {
    let server = await PowerDNSServer()
    let stranger = try Self.provider(server.apiURL, key: "wr0ng")
    let refused = await failure { _ = try await stranger.read() }
    #expect(refused.contains("HTTP 401") && refused.contains("check the API key"))
    #expect(!refused.contains("wr0ng"))
    var settings = Self.settings(server.apiURL)
    settings.zone = "other.test"
    let lost = PowerDNSProvider(settings: settings, client: try HTTPClient())
    #expect(await failure { _ = try await lost.read() }.contains("check the"))
    let provider = try Self.provider(server.apiURL)
    #expect(await failure { try await provider.create(Self.weights(0, 0)) }.contains("must not be 0"))
    #expect(await failure { try await provider.create(Self.weights(256, 0)) }.contains("must be 0 to 255"))
    server.stop()
    #expect(await failure { _ = try await provider.read() }.contains("connection refused"))
  }

  @Test(arguments: [
    ("200 OK", "<html>hello</html>"), ("200 OK", ""), ("200 OK", "{\"rrsets\": 7}"),
    ("500 Oh", "\u{1B}[2Jboom"), ("502 Bad", "{\"error\":\"\u{1B}]0;x\"}"), ("422 No", "{\"error\":\"not\\nthis\"}"),
  ])
  func nonsenseIsAClearError(status: String, body: String) async throws {
    let server = ScriptedServer { connection in
      while !connection.readRequest().isEmpty { connection.answer(status, body) }
    }
    let provider = try Self.provider(server.url)
    let text = await failure { _ = try await provider.read() }
    #expect(text.hasPrefix("PowerDNS: "))
    #expect(text.utf8.allSatisfy { $0 >= 0x20 })
    if status.hasPrefix("2") {
      #expect(text.contains("not a zone in JSON"))
    } else {
      #expect(text.contains("HTTP \(status.prefix(3))"))
    }
  }

  @Test func aRivalsWriteInTheGapIsNoticed() async throws {
    // A front to the real server that, after our change has passed, changes the record again.
    let server = await PowerDNSServer()
    let provider = try Self.provider(server.apiURL)
    try await provider.create(Self.weights(50, 50))
    let real = server.apiURL
    let front = ScriptedServer { connection in
      while case let request = connection.readRequest(), !request.isEmpty {
        let done = Flag()
        Task {
          let parts = request.split(separator: " ", maxSplits: 2)
          var forward = HTTPRequest(method: String(parts[0]), url: real + parts[1])
          forward.secretHeaders = [(name: "X-API-Key", value: Secret(PowerDNSServer.apiKey))]
          if let blank = request.firstRange(of: "\r\n\r\n"), parts[0] == "PATCH" {
            forward.body = Array(request[blank.upperBound...].utf8)
          }
          if let response = try? await HTTPClient().send(forward) {
            if parts[0] == "PATCH" {
              let rival = try? Self.provider(real)
              try? await rival?.replace(Self.weights(70, 30), with: Self.weights(1, 99), generation: Generation(9))
            }
            connection.write(
              "HTTP/1.1 \(response.status) X\r\nContent-Length: \(response.body.count)\r\n\r\n\(response.text)")
          }
          done.raise()
        }
        done.block()
      }
    }
    let mine = try Self.provider(front.url)
    let text = await failure {
      try await mine.replace(Self.weights(50, 50), with: Self.weights(70, 30), generation: Generation(2))
    }
    #expect(text.contains("aws=1 azure=99 stands at generation 9"))
  }
}
