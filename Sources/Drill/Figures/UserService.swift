public import Lab

/// How many users were unserved, at every instant.
///
/// A user is unserved from the sending of a request that failed, or that took longer than a person waits, until its next
/// answer. That is stricter than a share of requests: a user who hangs sends few of them.
public struct UserService: Sendable, Equatable {
  /// From an instant to the next, so many users are unserved.
  public struct Step: Sendable, Equatable {
    public var atSeconds: Double
    public var unserved: Int
  }

  public let users: Int
  public let steps: [Step]
  public let endSeconds: Double

  /// How long a person waits before a page counts as not coming.
  public static let patienceSeconds = 2.0
  /// How long it must stay well to count as recovered.
  public static let windowSeconds = 5.0
  /// The share that may be unserved all the while.
  public static let allowedShare = 0.01

  /// - Parameters:
  ///   - users: how many there are, whether or not they have sent anything yet.
  ///   - endSeconds: whoever is unserved stays so until then.
  ///   - isCounted: which requests leave a user unserved when they fail; any answer ends it.
  public init(
    _ visits: some Sequence<VisitRecord>, users: Int, endSeconds: Double,
    isCounted: (VisitRecord) -> Bool = { _ in true }
  ) {
    var changes: [(at: Double, by: Int)] = []
    var since: [Int: Double] = [:]
    for visit in visits.sorted(by: { $0.endedSeconds < $1.endedSeconds }) {
      let isServed = visit.failure == nil
      let isBad = !isServed || visit.tookSeconds > Self.patienceSeconds
      if isBad, isCounted(visit), since[visit.user] == nil {
        since[visit.user] = visit.sentSeconds
      }
      guard isServed, let from = since.removeValue(forKey: visit.user) else { continue }
      changes += [(from, 1), (visit.endedSeconds, -1)]
    }
    changes += since.values.map { ($0, 1) }
    var unserved = 0
    var steps: [Step] = []
    for change in changes.sorted(by: { ($0.at, $0.by) < ($1.at, $1.by) }) {
      unserved += change.by
      if steps.last?.atSeconds == change.at { steps.removeLast() }
      steps.append(Step(atSeconds: change.at, unserved: unserved))
    }
    self.users = users
    self.steps = steps
    self.endSeconds = endSeconds
  }

  /// The most users that may be unserved; one is too many where there are few.
  var allowed: Int { Int(Double(users) * Self.allowedShare) }

  /// The first instant from `start` on, from which for a whole window no more than the allowed share is unserved; nil when
  /// there is none before the end.
  public func recovered(from start: Double) -> Double? {
    var candidate: Double? = unserved(at: start) <= allowed ? start : nil
    for step in steps where step.atSeconds > start && step.atSeconds <= endSeconds {
      if let since = candidate, step.atSeconds - since >= Self.windowSeconds { return since }
      candidate = step.unserved <= allowed ? candidate ?? step.atSeconds : nil
    }
    guard let since = candidate, endSeconds - since >= Self.windowSeconds else { return nil }
    return since
  }

  public func unserved(at instant: Double) -> Int {
    steps.last { $0.atSeconds <= instant }?.unserved ?? 0
  }

  /// The most that were unserved at once in each second, from 0 to the end.
  public func worstPerSecond() -> [Int] {
    var worst = [Int](repeating: 0, count: max(0, Int(endSeconds.rounded(.up))))
    var current = 0
    var next = steps.startIndex
    for second in worst.indices {
      worst[second] = current
      while next < steps.endIndex, steps[next].atSeconds < Double(second + 1) {
        current = steps[next].unserved
        worst[second] = max(worst[second], current)
        next += 1
      }
    }
    return worst
  }
}
