import PgoutputTestSupport
import Simulation

/// Damages recorded messages: the same way for the same seed.
struct Fuzzer {
  var random: SeededGenerator
  private let streams: [RecordedStream]
  private let messages: [[UInt8]]

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    streams = try RecordedStream.names.map(RecordedStream.named)
    // Those of kinds that PostgreSQL sends only when it is asked to.
    let rare = [
      [UInt8(ascii: "O")] + MessageBuilder.number(UInt64(7)) + MessageBuilder.name("origin"),
      [UInt8(ascii: "M"), 1] + MessageBuilder.number(UInt64(7)) + MessageBuilder.name("prefix")
        + MessageBuilder.number(UInt32(2)) + [1, 2],
    ]
    // Long texts make no more paths, and half of all damage would be within them.
    messages = streams.flatMap(\.messages).filter { $0.count < 1000 } + rare
  }

  mutating func message() -> [UInt8] { messages.randomElement(using: &random) ?? [] }

  mutating func stream() -> RecordedStream { streams.randomElement(using: &random) ?? RecordedStream() }

  mutating func damage(_ message: inout [UInt8]) {
    for _ in 0...Int.random(in: 0...2, using: &random) {
      guard !message.isEmpty else { return }
      let place = Int.random(in: 0..<message.count, using: &random)
      switch Int.random(in: 0..<7, using: &random) {
      case 0: message[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: message[place] = UInt8.random(in: .min ... .max, using: &random)
      case 2: message.removeLast(message.count - place)
      case 3: message.removeSubrange(place..<min(message.count, place + Int.random(in: 1...8, using: &random)))
      case 4:
        // A length or count at a limit.
        let extremes: [UInt32] = [0, 1, 0x7FFF_FFFF, 0x8000_0000, .max, 0xFFFF, 1664, 1665]
        let number = MessageBuilder.number(extremes.randomElement(using: &random) ?? 0)
        for (index, byte) in number.enumerated() where place + index < message.count { message[place + index] = byte }
      case 5:
        let other = self.message()
        let from = Int.random(in: 0..<max(1, other.count), using: &random)
        message.replaceSubrange(place..., with: other[min(from, other.count)...])
      default:
        let length = Int.random(in: 0...min(16, message.count - place), using: &random)
        message.insert(contentsOf: Array(message[place..<place + length]), at: place)
      }
    }
  }

  mutating func damage(_ stream: inout RecordedStream) {
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      guard !stream.messages.isEmpty else { return }
      let place = Int.random(in: 0..<stream.messages.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: damage(&stream.messages[place])
      case 1: stream.messages.remove(at: place)
      case 2: stream.messages.insert(stream.messages[place], at: place)
      default: stream.messages.swapAt(place, Int.random(in: 0..<stream.messages.count, using: &random))
      }
    }
  }
}
