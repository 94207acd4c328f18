import Operations
import Simulation

/// Chance for each part of the world, from one seed: what one part draws does not change what another gets.
struct Chance {
  var network: Stream
  var users: Stream
  var controllers: Stream
  var people: Stream

  init(seed: UInt64) {
    var root = SeededGenerator(seed: seed)
    network = Stream(seed: root.next())
    users = Stream(seed: root.next())
    controllers = Stream(seed: root.next())
    people = Stream(seed: root.next())
  }

  struct Stream: RandomNumberGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { generator.next() }

    /// Draws nothing where it is certain.
    mutating func hits(_ chance: Double) -> Bool { chance > 0 && unit() < chance }

    /// 0 to 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func below(_ limit: Int) -> Int { limit > 1 ? Int(next() % UInt64(limit)) : 0 }

    mutating func between(_ low: Duration, _ high: Duration) -> Duration {
      let (low, high) = (low.wholeMicroseconds, high.wholeMicroseconds)
      return .microseconds(low + Int64(Double(high - low) * unit()))
    }

    mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
  }
}
