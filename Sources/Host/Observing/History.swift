/// The last samples of one figure, oldest first.
struct History {
  private(set) var samples: [Double?] = []
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  mutating func add(_ sample: Double?) {
    samples.append(sample)
    if samples.count > capacity { samples.removeFirst(samples.count - capacity) }
  }
}
