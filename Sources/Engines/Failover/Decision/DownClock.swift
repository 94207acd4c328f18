import Operations

/// How long something has been down, and how often it changed. Pure.
///
/// Only spans count in which it was known to be down. A short interruption does not begin the count anew, or a cloud
/// that answers once a minute would never be confirmed.
struct DownClock: Sendable, Equatable {
  private(set) var downFor = Duration.zero
  private(set) var isDown = false
  /// Since when it has been up without a break; nil while it is anything else.
  private(set) var upSince: Timestamp?
  /// When it went from up to down or back, oldest first.
  private var changes: [Timestamp] = []
  private var lookedAt: Timestamp?
  /// Since when it has been something else than down.
  private var otherSince: Timestamp?
  /// Whether it was down when last known to be up or down.
  private var settled: Bool?

  /// - Parameters:
  ///   - since: since when it has been so, as the verdict tells.
  ///   - limit: the longest gap between two looks that may count as down: what was not looked at is not known.
  mutating func saw(
    _ standing: Standing, since: Timestamp, at now: Timestamp, gapAtMost limit: Duration, _ policy: FailoverPolicy
  ) {
    if standing == .down {
      let from = isDown ? lookedAt ?? now : max(since, lookedAt ?? now)
      downFor += min(limit, max(.zero, now - from))
      otherSince = nil
    } else {
      let began = otherSince ?? now
      otherSince = began
      if now - began >= policy.recovery { downFor = .zero }
    }
    isDown = standing == .down
    upSince = standing == .up ? upSince ?? now : nil
    lookedAt = now
    if standing == .up || standing == .down { settle(isDown, at: now, policy) }
  }

  private mutating func settle(_ down: Bool, at now: Timestamp, _ policy: FailoverPolicy) {
    if let settled, settled != down { changes.append(now) }
    settled = down
    changes.removeAll { now - $0 > policy.flapWindow }
  }

  func changes(within window: Duration, at now: Timestamp) -> Int { changes.count { now - $0 <= window } }

  func isUp(for span: Duration, at now: Timestamp) -> Bool { upSince.map { now - $0 >= span } ?? false }
}
