import Operations

/// Which of the target's own transactions the source had applied when it committed what arrives now. Pure.
///
/// They are known one by one: the order of commit times is not quite the order of commits, so that one of them being
/// known does not say that all with earlier times are. Only those far older are taken for known without being held.
struct KnownCommits: Sendable, Equatable {
  /// No commit comes into the log so much later than the time it is given.
  static let span: Duration = .seconds(60)

  enum Knowledge: Sendable, Equatable {
    case known
    /// Known, unless it came into the log out of the order of commit times just when the stream was last stored.
    case probablyKnown
    case unknown
  }

  private(set) var newest: Timestamp?
  /// All until then are known.
  private var floor: Timestamp?
  private let remembered: Set<Timestamp>
  private var exact: Set<Timestamp>
  private var countAtPruning: Int

  /// - Parameters:
  ///   - known: what was applied well before the stream was stored.
  ///   - remembered: what was applied so near to that moment that the order cannot be told by times.
  init(newest: Timestamp? = nil, known: [Timestamp] = [], remembered: [Timestamp] = []) {
    self.newest = newest
    self.remembered = Set(remembered)
    exact = Set(known)
    countAtPruning = known.count
  }

  mutating func learn(_ times: [Timestamp]) {
    for time in times {
      exact.insert(time)
      newest = max(newest ?? time, time)
    }
    guard exact.count > 2 * countAtPruning + 10_000, let newest else { return }
    exact = exact.filter { $0 >= newest - Self.span }
    countAtPruning = exact.count
  }

  mutating func raise(to time: Timestamp) { floor = max(floor ?? time, time) }

  subscript(committedAt: Timestamp) -> Knowledge {
    if let floor, committedAt <= floor { return .known }
    if exact.contains(committedAt) { return .known }
    if let newest, committedAt < newest - Self.span { return .known }
    return remembered.contains(committedAt) ? .probablyKnown : .unknown
  }
}
