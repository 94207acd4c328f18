import DNSAdapter
import Operations
import TestSupport
import Testing

@Suite struct AuthoritativeSamplerTests {
  static let addresses = [
    (cloud: CloudID("aws"), address: "127.0.0.9"), (cloud: CloudID("azure"), address: "10.0.0.1"),
  ]

  /// The query made into an answer: one A record.
  private static func answer(_ query: [UInt8], _ address: [UInt8]) -> [UInt8] {
    var bytes = query
    bytes[2] |= 0x84
    bytes[7] = 1
    bytes[11] = 0
    return Array(bytes.dropLast(11)) + [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4] + address
  }

  private func sample(
    _ count: Int, _ servers: String..., timeout: Duration = .seconds(10)
  ) async -> AnswerSample {
    await AuthoritativeSampler(
      name: "app.example.test", servers: servers, addresses: Self.addresses, timeout: timeout
    ).sample(count)
  }

  @Test func spreadsOverServersAndCountsForeignAnswers() async {
    let ours = DatagramServer { query, _ in [Self.answer(query, [127, 0, 0, 9])] }
    let theirs = DatagramServer { query, _ in [Self.answer(query, [192, 0, 2, 1])] }
    let sample = await sample(101, ours.server, theirs.server)
    #expect(sample.countByCloud == [CloudID("aws"): 51])
    #expect(sample.foreignCount == 50)
    #expect(sample.servers.map(\.answering) == [true, true])
    #expect((ours.packetCount, theirs.packetCount) == (51, 50))
  }

  @Test func lostPacketsAreAskedForAgain() async {
    let server = DatagramServer { query, number in number % 3 == 0 ? [] : [Self.answer(query, [127, 0, 0, 9])] }
    let sample = await sample(60, server.server, timeout: .seconds(1))
    // The first round loses 20; the second asks for those, and loses a third of them.
    #expect((45..<60).contains(sample.total))
    #expect(sample.servers.first?.answering == true)
  }

  @Test func aServersSilenceOrRefusalIsNamed() async {
    let silent = DatagramServer { _, _ in [] }
    let failing = DatagramServer { query, _ in
      var bytes = query
      bytes[2] |= 0x80
      bytes[3] = 2
      return [bytes]
    }
    let dead = "127.0.0.1:\(Loopback.freePort())"
    let sample = await sample(9, silent.server, failing.server, dead, timeout: .milliseconds(200))
    #expect(sample.total == 0)
    #expect(
      sample.servers == [
        .init(address: silent.server, answering: false, reason: "no answer within 200 ms"),
        .init(address: failing.server, answering: false, reason: "SERVFAIL"),
        .init(address: dead, answering: false, reason: "nobody listens there"),
      ])
  }
}
