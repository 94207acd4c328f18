/// The last samples of one figure, one a second, oldest first.
struct SampleRing: Sendable, Equatable {
  private(set) var samples: [Double?] = []
  private let capacity: Int

  init(capacity: Int = 120) { self.capacity = capacity }

  mutating func add(_ sample: Double?) {
    samples.append(sample)
    if samples.count > capacity { samples.removeFirst() }
  }
}
