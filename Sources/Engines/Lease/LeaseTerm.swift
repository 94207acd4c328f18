/// For how long the holder of a lease may trust it. Pure: it is told the time, as the holder's own clock counts it.
///
/// The other side counts from when a renewal reached it. The holder counts from before it was sent, and stops a margin
/// earlier: so it has stopped before the lease can go to anybody else, however long an answer took. A loss is final.
struct LeaseTerm: Sendable, Equatable {
  let settings: LeaseSettings
  private var renewedAt: Duration
  /// What the last attempt to renew said; nil when it succeeded.
  private(set) var failure: String?
  private var lost: String?

  init(settings: LeaseSettings, askedAt: Duration) {
    self.settings = settings
    renewedAt = askedAt
  }

  /// How long to wait for the next attempt to renew.
  var interval: Duration { failure == nil ? settings.renewalInterval : settings.retryInterval }

  /// A renewal that was asked for at `askedAt` succeeded. It revives nothing.
  mutating func renewed(askedAt: Duration, at now: Duration) {
    guard stands(at: now) else { return }
    renewedAt = max(renewedAt, askedAt)
    failure = nil
  }

  mutating func renewalFailed(_ reason: String) { failure = reason }

  mutating func lose(_ reason: String) { lost = lost ?? reason }

  func stands(at now: Duration) -> Bool { loss(at: now) == nil }

  /// Why the lease does not stand, for a person; nil while it does.
  func loss(at now: Duration) -> String? {
    if let lost { return lost }
    return now - renewedAt >= settings.trusted ? lateness(at: now) : nil
  }

  private func lateness(at now: Duration) -> String {
    let late = "the lease was last renewed \(Self.seconds(now - renewedAt)) ago, which is too long"
    return failure.map { "\(late): \($0)" } ?? "\(late); was this process or machine stopped?"
  }

  static func seconds(_ duration: Duration) -> String {
    let tenths = duration.components.seconds * 10 + duration.components.attoseconds / 100_000_000_000_000_000
    return tenths < 100 ? "\(tenths / 10).\(tenths % 10) s" : "\(tenths / 10) s"
  }
}
