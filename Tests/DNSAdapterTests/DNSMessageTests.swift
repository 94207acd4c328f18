import Testing

@testable import DNSAdapter

@Suite struct DNSMessageTests {
  /// An answer with a compressed name, a CNAME chain, both address types, TXT and SOA.
  static let answer: [UInt8] =
    [0x12, 0x34, 0x85, 0x80, 0, 1, 0, 4, 0, 1, 0, 1]
    + name("app", "example", "test") + [0, 1, 0, 1]
    + [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 6, 3] + Array("www".utf8) + [0xC0, 16]
    + [0xC0, 46, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 127, 77, 1, 10]
    + [0xC0, 46, 0, 28, 0, 1, 0, 0, 0, 5, 0, 16, 0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
    + [0xC0, 46, 0, 16, 0, 1, 0, 0, 0, 5, 0, 6, 2, 104, 105, 2, 121, 111]
    + [0xC0, 16, 0, 6, 0, 1, 0, 0, 0, 9, 0, 26, 2, 110, 115, 0xC0, 16, 0]
    + [0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 30]
    + [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 0]

  static func name(_ labels: String...) -> [UInt8] {
    labels.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  @Test func readsAnAnswer() throws {
    let message = try DNSMessage(Self.answer)
    #expect(message.id == 0x1234)
    #expect(message.isResponse && message.isAuthoritative && !message.isTruncated)
    #expect(message.responseCode == .noError)
    #expect(message.question == DNSQuestion(name: "APP.example.test.", type: .a))
    #expect(
      message.answers.map(\.content) == [
        .cname("www.example.test"), .a("127.77.1.10"), .aaaa("2001:db8::1"), .txt(["hi", "yo"]),
      ])
    #expect(message.answers[0].name == "app.example.test")
    #expect(message.answers[1].name == "www.example.test")
    #expect(message.answers[1].timeToLive == .seconds(5))
    guard case .soa(let soa) = message.authorities.first?.content else {
      Issue.record("no SOA")
      return
    }
    #expect(soa.primaryServer == "ns.example.test")
    #expect(soa.serial == 7)
    #expect(soa.minimum == .seconds(30))
    #expect(message.additionals.isEmpty)
  }

  @Test func everyTruncationIsAnError() {
    let bytes = Self.answer
    for length in 0..<bytes.count {
      #expect(throws: DNSError.self, "\(length)") { _ = try DNSMessage(Array(bytes[..<length])) }
    }
  }

  @Test func aTruncatedMessageThatSaysSoIsReadAsFarAsItGoes() throws {
    var bytes = Self.answer
    bytes[2] |= 0x02
    let message = try DNSMessage(Array(bytes[..<50]))
    #expect(message.isTruncated)
    #expect(message.question?.name == "app.example.test")
  }

  @Test func randomBytesNeverTrap() {
    var generator = SplitMix(state: 7)
    let seed = Self.answer
    for round in 0..<20_000 {
      var bytes = seed
      if round % 2 == 0 {
        bytes = (0..<Int.random(in: 0...600, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
        // Few counts, so that the reading goes deep.
        for index in [4, 6, 8, 10] where index < bytes.count { bytes[index] = 0 }
      } else {
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
        }
      }
      _ = try? DNSMessage(bytes)
    }
  }

  @Test func compressionLoopsAreRefused() {
    let header: [UInt8] = [0, 0, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    for name: [UInt8] in [
      [0xC0, 12], [1, 97, 0xC0, 12], [0xC0, 14, 0xC0, 12], [0xFF, 0xFF], [0x40, 0], [0x80, 0],
    ] {
      #expect(throws: DNSError.self) { _ = try DNSMessage(header + name + [0, 1, 0, 1]) }
    }
  }

  @Test func queriesCarryTheQuestionAndEDNS() throws {
    let bytes = try DNSMessage.query(DNSQuestion(name: "App.Example.TEST", type: .txt), id: 0xBEEF)
    let message = try DNSMessage(bytes)
    #expect(message.id == 0xBEEF)
    #expect(!message.isResponse)
    #expect(message.question == DNSQuestion(name: "app.example.test", type: .txt))
    #expect(Array(bytes.suffix(11)) == [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0])
  }

  @Test(arguments: ["a..b", ".a", String(repeating: "x", count: 64), "a b", "ä.test", "a\\b"])
  func refusesWhatIsNoName(text: String) {
    #expect(throws: DNSError.self) { _ = try DNSName.encode(text) }
  }

  @Test func refusesNamesThatAreTooLong() {
    let long = Array(repeating: String(repeating: "a", count: 62), count: 5).joined(separator: ".")
    #expect(throws: DNSError.self) { _ = try DNSName.encode(long) }
  }

  @Test func textFromOutsideIsEscapedInNames() throws {
    let header: [UInt8] = [0, 0, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    let message = try DNSMessage(header + [4, 0x1B, 46, 0x5C, 97, 0, 0, 1, 0, 1])
    #expect(message.question?.name == "\\027\\046\\092a")
  }
}

/// A generator with a seed, so that a failure comes again.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
