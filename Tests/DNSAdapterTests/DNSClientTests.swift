import Operations
import TestSupport
import Testing

@testable import DNSAdapter

@Suite struct DNSClientTests {
  private func ask(
    _ server: DatagramServer, timeout: Duration = .seconds(10), attempts: Int = 3
  ) async throws -> DNSMessage {
    try await DNSClient(attempts: attempts).query(
      name: "app.example.test", type: .a, server: server.server, timeout: timeout)
  }

  /// The query made into an answer: one A record.
  private static func answer(_ query: [UInt8], address: [UInt8] = [127, 0, 0, 9]) -> [UInt8] {
    var bytes = query
    bytes[2] |= 0x84
    bytes[7] = 1
    bytes[11] = 0
    return Array(bytes.dropLast(11)) + [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4] + address
  }

  @Test func asksAgainWhenAPacketIsLost() async throws {
    let server = DatagramServer { query, number in number < 3 ? [] : [Self.answer(query)] }
    let message = try await ask(server, timeout: .seconds(3))
    #expect(message.answers.first?.address == "127.0.0.9")
    #expect(server.packetCount == 3)
  }

  @Test func everyAttemptHasItsOwnIdentifier() async throws {
    let server = DatagramServer { query, _ in [Self.answer(query)] }
    var ids: Set<UInt16> = []
    for _ in 0..<50 { ids.insert(try await ask(server).id) }
    #expect(ids.count > 40)
  }

  @Test func answersToOthersAreNotOurs() async throws {
    let server = DatagramServer { query, _ in
      var wrongID = Self.answer(query, address: [6, 6, 6, 6])
      wrongID[0] ^= 1
      var wrongName = Self.answer(query, address: [6, 6, 6, 6])
      wrongName[13] ^= 1
      let echo = query
      return [wrongID, wrongName, echo, [1], [], Self.answer(query)]
    }
    #expect(try await ask(server).answers.first?.address == "127.0.0.9")
  }

  @Test func garbageUnderOurIdentifierIsAClearError() async throws {
    let server = DatagramServer { query, _ in [Array(Self.answer(query).dropLast(3))] }
    let error = await #expect(throws: DNSError.self) { _ = try await ask(server) }
    guard case .malformed(let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.hasPrefix("the packet is cut short"))
  }

  @Test func silenceTimesOut() async throws {
    let server = DatagramServer { _, _ in [] }
    let start = ContinuousClock.now
    let error = await #expect(throws: DNSError.self) { _ = try await ask(server, timeout: .milliseconds(150)) }
    #expect(error == .timedOut(server: server.server, after: .milliseconds(150)))
    #expect(ContinuousClock.now - start >= .milliseconds(150))
    #expect((1...3).contains(server.packetCount))
  }

  @Test func aPortWithoutAServerSaysSo() async throws {
    let server = "127.0.0.1:\(Loopback.freePort())"
    let error = await #expect(throws: DNSError.self) {
      _ = try await DNSClient().query(name: "a.test", type: .a, server: server, timeout: .seconds(5))
    }
    #expect(error == .unreachable(server: server, reason: "nobody listens there"))
  }

  @Test(arguments: ["ns.example.test", "127.0.0.1:x", "127.0.0.1:0", "127.0.0.1:99999", "[::1", "", "[::1]x"])
  func refusesWhatIsNoServer(text: String) async throws {
    let error = await #expect(throws: DNSError.self) {
      _ = try await DNSClient().query(name: "a.test", type: .a, server: text, timeout: .seconds(1))
    }
    #expect(error == .invalidServer(text))
  }

  @Test func readsARealServer() async throws {
    let server = await PowerDNSServer()
    func ask(_ name: String, _ type: DNSType) async throws -> DNSMessage {
      try await DNSClient().query(name: name, type: type, server: server.server, timeout: .seconds(10))
    }
    let alias = try await ask("alias.example.test", .a)
    #expect(alias.isAuthoritative)
    #expect(alias.answers.map(\.content) == [.cname("plain.example.test"), .a("192.0.2.1")])
    let none = try await ask("none.example.test", .a)
    #expect(none.responseCode == .noSuchName)
    guard case .soa(let soa) = none.authorities.first?.content else {
      Issue.record("no SOA")
      return
    }
    #expect(soa.primaryServer == "ns.example.test")
    #expect(try await ask("elsewhere.test", .a).responseCode == .refused)
    // 200 texts do not fit into a packet: this one came over TCP.
    #expect(try await ask("long.example.test", .txt).answers.count == 200)
  }
}
