import Operations

/// Whether a subscription lives, from one look to the next. Pure.
struct SubscriptionPulse: Sendable {
  let settings: LinkSettings
  /// When a worker was last there, and when one was there that had received anything.
  private var seen: ContinuousClock.Instant?
  private var heard: ContinuousClock.Instant?

  static let absence: Duration = .seconds(30)
  /// A worker that cannot enter the source is there until it gives up, and soon another takes its place.
  static let silence: Duration = .seconds(90)

  init(settings: LinkSettings) { self.settings = settings }

  /// - Throws: ``LinkFailure/unreachable(_:)`` where it was disabled, or nothing has worked for it for long.
  mutating func judge(_ subscription: Subscription, at now: ContinuousClock.Instant) throws {
    let name = "the subscription \(settings.slotName) at the target \(settings.targetNode)"
    guard subscription.isEnabled else {
      throw LinkFailure.unreachable(
        "\(name) was disabled by somebody else, or by its server after a failure (disable_on_error), of which the log "
          + "there tells; this link enables it again")
    }
    let lastSeen = subscription.isWorking ? now : seen ?? now
    let lastHeard = subscription.received != nil ? now : heard ?? now
    (seen, heard) = (lastSeen, lastHeard)
    let causes =
      "the target's server cannot enter the source's as the link tells it to, or has no worker to spare "
      + "(max_logical_replication_workers); its log says which"
    if lastSeen.duration(to: now) >= Self.absence {
      throw LinkFailure.unreachable("\(name) has had no worker for \(Self.absence.components.seconds) s: \(causes)")
    }
    if lastHeard.duration(to: now) >= Self.silence {
      throw LinkFailure.unreachable(
        "\(name) has received nothing for \(Self.silence.components.seconds) s: \(causes); or the source's server has "
          + "much log to read first")
    }
  }
}
