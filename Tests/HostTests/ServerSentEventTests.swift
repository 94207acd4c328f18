import Testing

@testable import Host

@Suite struct ServerSentEventTests {
  private let events = ["{\"a\":1}", "{\"b\":\"ü\"}", "{}"]

  /// However the bytes are cut, the events come out whole.
  @Test(arguments: 1...40)
  func eventsSurviveEveryCut(size: Int) {
    let bytes = events.flatMap { ServerSentEvent.encode("snapshot", Array($0.utf8)) }
    var parser = ServerSentEvent.Parser()
    var received: [String] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      let chunk = Array(bytes[start..<min(start + size, bytes.count)])
      received += (parser.feed(chunk) ?? []).map { String(decoding: $0.data, as: UTF8.self) }
    }
    #expect(received == events)
  }

  @Test func anEventWithoutEndIsRefused() {
    var parser = ServerSentEvent.Parser(limit: 1000)
    #expect(parser.feed(Array(repeating: 65, count: 1001)) == nil)
  }
}
